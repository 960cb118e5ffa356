import {agentGuide} from '../../../agent-guide/index.ts';
import {EXIT} from '../../exit-codes.ts';
import {out} from '../../output/write.ts';

export function run(): Promise<number> {
  out(agentGuide());
  return Promise.resolve(EXIT.done);
}
