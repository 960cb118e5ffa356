import {counted, type JobKey, StintError, sizeText, stringifyWellFormed} from '../../../base/index.ts';
import {Client, type RemovalAnswer} from '../../../coordinator/client/index.ts';
import {addressText} from '../../../jobs/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {meantKeys} from '../../command-line/meant-keys.ts';
import type {RM} from '../../definitions/jobs.ts';
import {EXIT} from '../../exit-codes.ts';
import {say} from '../../output/write.ts';

type Options = OptionsOf<typeof RM>;

export async function run(
  operands: readonly string[],
  options: Options,
  {cwd, answers}: Context,
): Promise<number> {
  const keys = meantKeys(operands, options, cwd);
  const client = new Client({notify: say});
  try {
    const answer = await client.removeJobs(keys);
    const {removed, refused, failed, strange} = answer;
    const freed = removed.reduce((sum, {frees_bytes}) => sum + frees_bytes, 0);
    const done = `${counted(removed.length, 'job')} removed, ${sizeText(freed)} freed`;
    const lines = removed.map(key => `removed ${addressOf(key)} (${sizeText(key.frees_bytes)})\n`);
    answers.write(options.json ? `${stringifyWellFormed(answer, 2)}\n` : lines.join(''), done);
    for (const {path, reason} of failed) say(`not removed: ${path}: ${reason}`);
    for (const path of strange) say(`left alone, because it is not stint's: ${path}`);
    const [first, ...others] = refused.map(refusal);
    for (const each of others) say(each.message, each.hint === undefined ? [] : [each.hint]);
    if (first !== undefined) throw first;
    return failed.length > 0 ? EXIT.failed : EXIT.done;
  } finally {
    client.close();
  }
}

function refusal({why, ...key}: RemovalAnswer['refused'][number]): StintError {
  const address = addressOf(key);
  switch (why) {
    case 'unknown':
      return new StintError('JOB_NOT_FOUND', `${address} is not there any more.`, {
        hint: 'Run: stint ls --all',
      });
    case 'pinned':
      return new StintError('JOB_KEPT', `${address} was not removed: it is pinned.`, {
        hint: `To remove it all the same: stint unpin ${address} && stint rm ${address}`,
      });
    default:
      return new StintError('JOB_KEPT', `${address} was not removed: it is not over.`, {
        hint: `Run: stint status ${address}   (to end it: stint cancel ${address})`,
      });
  }
}

function addressOf({invocation, name, attempt}: JobKey): string {
  return `${addressText(invocation, name)}${attempt === 1 ? '' : `@${attempt}`}`;
}
