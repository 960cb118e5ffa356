/** `pin` and `unpin`. */
import {type JobKey, stringifyWellFormed} from '../../base/index.ts';
import {Client} from '../../coordinator/client/index.ts';
import {addressText} from '../../jobs/index.ts';
import type {Answers} from '../command.ts';
import {EXIT} from '../exit-codes.ts';
import {say} from '../output/write.ts';

export async function pinJobs(
  keys: readonly JobKey[],
  {pinned, asJson}: {readonly pinned: boolean; readonly asJson: boolean},
  answers: Answers,
): Promise<number> {
  const client = new Client({notify: say});
  try {
    await client.request('PinJobs', {jobs: [...keys], pinned});
    const word = pinned ? 'pinned' : 'unpinned';
    const lines = keys.map(({invocation, name}) => `${word} ${addressText(invocation, name)}\n`);
    const jobs = keys.map(key => ({...key, pinned}));
    answers.write(asJson ? `${stringifyWellFormed({jobs}, 2)}\n` : lines.join(''), `It is ${word}`);
    return EXIT.done;
  } finally {
    client.close();
  }
}
