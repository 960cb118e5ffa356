/** Whoever finds unfinished jobs sees to it that a coordinator looks after them. */

import {messageOf} from '../base/index.ts';
import {Client} from '../coordinator/client/index.ts';
import {say} from './output/write.ts';

/** Starts a coordinator when none is there, without waiting for more than that. */
export async function attend(state: string): Promise<void> {
  const client = new Client({state, notify: say});
  try {
    await client.connect();
  } catch (error) {
    say(`the jobs go on, but nobody records them: ${messageOf(error)}`);
  } finally {
    client.close();
  }
}
