import {type OutputFile, openOutput, type Saved, save} from '../../../backup/index.ts';
import {counted, plural, StintError, sizeText, stringifyWellFormed} from '../../../base/index.ts';
import {absolutePath, findStateDirectory, stateDirectoryPath} from '../../../platform/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import type {BACKUP} from '../../definitions/upkeep.ts';
import {EXIT} from '../../exit-codes.ts';
import {progressBar} from '../../output/progress-bar.ts';
import {isTerminal} from '../../output/terminal.ts';
import {out, say} from '../../output/write.ts';
import {interruptible} from '../../upkeep/interruptible.ts';
import {sayLeftOut} from '../../upkeep/say-left-out.ts';

type Options = OptionsOf<typeof BACKUP>;

export async function run(
  operands: readonly string[],
  options: Options,
  {answers}: Context,
): Promise<number> {
  const [file, ...more] = operands;
  if (file === undefined || file === '' || more.length > 0)
    throw new StintError('USAGE', 'Name one file that the backup is to become.', {
      hint: 'For example: stint backup stint.tar.gz',
    });
  const state = findStateDirectory();
  if (state === undefined)
    throw new StintError('NO_MATCH', `There is nothing to save: ${stateDirectoryPath()} does not exist.`);
  const isStdout = file === '-';
  const target = isStdout ? standardOutput() : openOutput(absolutePath(file), state, options.force === true);
  const bar = progressBar({isSilent: options.json === true});
  let saved: Saved;
  try {
    const onJob = (done: number, total: number) => bar.show({title: 'saving jobs', done, total});
    saved = await interruptible(
      signal => save({state, signal, write: target.write, onJob}),
      () => target.discard(),
    );
    target.finish();
  } catch (error) {
    target.discard();
    throw error;
  } finally {
    bar.close();
  }
  const path = isStdout ? null : absolutePath(file);
  if (isStdout) say(savedText(saved, 'stdout'));
  else if (options.json)
    answers.write(`${stringifyWellFormed(jsonOf(saved, path), 2)}\n`, 'The backup is made');
  else answers.write(`${savedText(saved, file)}\n`, 'The backup is made');
  sayLeftOut(saved.leftOut);
  return saved.leftOut.length > 0 ? EXIT.failed : EXIT.done;
}

/** A reader that is gone has no use for the rest. */
function standardOutput(): OutputFile {
  if (isTerminal(1))
    throw new StintError('USAGE', 'A backup is no text for a terminal.', {
      hint: 'Send it somewhere: stint backup - | ssh other "cat > stint.tar.gz"',
    });
  return {write: out, finish: () => undefined, discard: () => undefined};
}

function savedText({jobs, unfinished, repositories, topics, bytes}: Saved, file: string): string {
  const parts = [
    `${counted(jobs, 'job')} of ${counted(repositories, 'repository', 'repositories')}`,
    ...(topics > 0 ? [counted(topics, 'topic')] : []),
  ];
  const open =
    unfinished > 0 ? `; ${unfinished} of the jobs ${plural(unfinished, 'has', 'have')} not ended` : '';
  return `saved to ${file}: ${parts.join(' and ')}, ${sizeText(bytes)}${open}`;
}

function jsonOf({createdAt, leftOut, ...saved}: Saved, file: string | null) {
  return {file, created_at: new Date(createdAt).toISOString(), ...saved, left_out: leftOut};
}
