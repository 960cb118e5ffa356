import {existsSync} from 'node:fs';
import {join} from 'node:path';

import {pathText, StintError} from '../../../base/index.ts';
import {Client} from '../../../coordinator/client/index.ts';
import {fromBytes} from '../../../coordinator/domain/index.ts';
import {type JobRequest, prepareJob, sendJob, sharedState} from '../../../jobs/index.ts';
import {absolutePath, argumentBytes, argumentValue, hasInputOfItsOwn} from '../../../platform/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {durationOrZero} from '../../command-line/option-values.ts';
import type {RUN} from '../../definitions/jobs.ts';
import {saySampled} from '../../listing/job-notes.ts';
import {say} from '../../output/write.ts';
import {givenJobOptions, givenRepoOptions, givenVariables} from '../../submitting/given-options.ts';
import {afterSubmission} from '../../waiting/after-submission.ts';
import {submittedText} from '../../waiting/queue-text.ts';

type Options = OptionsOf<typeof RUN>;

export async function run(
  operands: readonly string[],
  options: Options,
  {cwd: here, typed, answers}: Context,
): Promise<number> {
  const command = commandOf(operands, options.c);
  const variables = givenVariables(options.env);
  const job = await prepareJob({
    ...(await givenJobOptions(options)),
    ...(await givenRepoOptions(options)),
    command,
    name: options.name,
    tags: options.tag,
    directory: options.cwd === undefined ? here() : absolutePath(pathText(argumentValue(options.cwd))),
    isHere: options.cwd === undefined,
    variables,
    typed,
  });
  const limitMs = await durationOrZero(options.waitUpTo, '--wait-up-to');
  const {sampleEvery, now} = job.options;
  if (options.bell && !options.wait && !options.follow && limitMs === undefined) throw nothingToRingFor();
  const wanted = {
    wait: options.wait === true || limitMs !== undefined,
    follow: options.follow === true,
    limitMs,
    json: options.json === true,
    bell: options.bell === true,
    quiet: options.quiet === true,
    isSampled: sampleEvery !== 1,
  };
  const client = new Client({notify: say});
  // The directory is made by the first submission, so that this is asked for once.
  if (!existsSync(join(client.state, 'repos'))) warnIfShared(client.state);
  try {
    const {key, directory, queue, notes} = await sendJob(client, job);
    if (!wanted.json && hasInputOfItsOwn()) say(INPUT_HINT);
    if (now && queue === undefined) say(KNOWS_NO_NOW);
    for (const note of notes) say(note);
    if (wanted.follow && !wanted.json) saySampled(job.name, sampleEvery);
    const queued = submittedText(job.name, queue, directory);
    return await afterSubmission(client, key, {...wanted, queued}, answers);
  } finally {
    client.close();
  }
}

function nothingToRingFor(): StintError {
  return new StintError('USAGE', '--bell rings when the waiting is over, and nothing is waited for.', {
    hint: 'Give --wait or -f as well. To be told of a job in the background: --notify desktop',
  });
}

const KNOWS_NO_NOW =
  'the coordinator is of an earlier version and does not know --now: the job waits for its turn';

const INPUT_HINT =
  "what is piped into this command is not read: a job has no standard input. To give it some: stint run -c 'command < file'";

function warnIfShared(state: string): void {
  const shared = sharedState(state);
  if (shared !== undefined) say(`${shared.message}. ${shared.hint}`);
}

/** The command's words as the bytes that were given, which Node's own decoding may have changed. */
function commandOf(operands: readonly string[], shellText: string | undefined): JobRequest['command'] {
  if (shellText !== undefined) {
    if (operands.length > 0)
      throw new StintError('USAGE', 'Give either a command or -c with a shell text, not both.');
    if (shellText.trim() === '') {
      throw new StintError('USAGE', 'The shell text of -c is empty.', {
        hint: "For example: stint run -c 'make && make check'",
      });
    }
    return {shell: fromBytes(argumentValue(shellText))};
  }
  if (operands.length === 0) {
    throw new StintError('USAGE', 'No command was given.', {
      hint: "For example: stint run -- npm test   or: stint run -c 'make && make check'",
    });
  }
  const given = argumentBytes()?.slice(-operands.length);
  const isSame =
    given?.length === operands.length && given.every((bytes, at) => bytes.toString() === operands[at]);
  return isSame ? given.map(fromBytes) : [...operands];
}
