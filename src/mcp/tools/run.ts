import * as z from 'zod';

import {type JobKey, LONGEST_BACKOFF_MS, MOST_RETRIES, shellWord} from '../../base/index.ts';
import {keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';
import {
  checkOptions,
  type GivenJobOptions,
  type JobRequest,
  type PreparedJob,
  prepareJob,
  sendJob,
  variablesOf,
  whoAsksAsClient,
} from '../../jobs/index.ts';
import {jobAnswer} from '../answers/job-answer.ts';
import {JOB_FACTS, OUTPUT_FACTS} from '../answers/job-facts.ts';
import {isOver, standingText} from '../answers/words.ts';
import type {Caller, Host} from '../jobs/host.ts';
import {lookAgainAtOne} from '../jobs/look.ts';
import {keyedSubmission, refuseOtherWork} from '../jobs/submission-key.ts';
import {callLimit, waitFor} from '../jobs/wait-for.ts';
import {boundDirectory, refuseReadOnly, refuseTooMany, TAG} from '../server/bounds.ts';
import {inTurn} from '../server/in-turn.ts';
import {jobTask} from '../tasks/job-task.ts';
import {defineTool} from './tool.ts';

const input = z.strictObject({
  command: z
    .union([z.string().min(1), z.array(z.string()).min(1)])
    .describe('Text for the shell, or program and arguments as a list.'),
  cwd: z.string().optional().describe('Where it runs. Default: where this server was started.'),
  name: z.string().optional().describe('Default: made from the command, as in npm-test.'),
  env: z.record(z.string(), z.string()).optional().describe('Variables to set.'),
  key: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'Any text of yours. The same key again, in the same checkout, returns the same job and starts nothing.',
    ),
  after: z
    .array(z.string().min(1))
    .max(100)
    .optional()
    .describe('Handles of jobs that have to complete first; else it is skipped.'),
  timeout_ms: z.number().int().min(1).optional().describe('It is ended when it has run for so long.'),
  retries: z
    .number()
    .int()
    .min(0)
    .max(MOST_RETRIES)
    .optional()
    .describe('Tries again if it fails. Default 0.'),
  backoff_ms: z
    .number()
    .int()
    .min(0)
    .max(LONGEST_BACKOFF_MS)
    .optional()
    .describe('Pause before the first retry, doubled each time. Default 5000.'),
  group: z.string().optional().describe('Counts against the limit of this group too.'),
  priority: z
    .number()
    .int()
    .min(-999_999)
    .max(999_999)
    .optional()
    .describe('Higher starts first. Default 0.'),
  wait_ms: z
    .number()
    .int()
    .min(0)
    .max(86_400_000)
    .optional()
    .describe('Waits so long for its end, else returns the handle while it goes on. Default 2000.'),
});

const USUAL_WAIT_MS = 2000;

export const RUN = defineTool({
  name: 'run',
  title: 'Run a command',
  description:
    'Runs a command in the background that outlives you, this server and any time-out. Returns its end if that comes within wait_ms, else a handle (job) for wait, output and cancel. Use it for builds, tests, servers, and all that may take longer than a few seconds.',
  input,
  output: z.strictObject({
    ...JOB_FACTS,
    ...OUTPUT_FACTS,
    known: z.boolean().optional().describe('That key was given before: this is the job of then.'),
  }),
  annotations: {readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true},
  acts: true,
  call: async (args, host, caller) => {
    refuseReadOnly(host.bounds);
    const {key, isKnown} = await submitted(args, host, caller);
    const limitMs = callLimit(args.wait_ms ?? USUAL_WAIT_MS, caller);
    const standing = async () => standingText((await lookAgainAtOne(host, key)).view);
    const {cut} = await waitFor(host, caller, [key], {any: false, limitMs, standing});
    const viewed = await lookAgainAtOne(host, key);
    if (cut !== undefined && caller.takesTasks && !isOver(viewed.view)) return {task: jobTask(viewed)};
    return jobAnswer(viewed, ({text, structured}) => ({
      text: isKnown ? `${text}\n[that key was given before: this is the job of then]` : text,
      structured: isKnown ? {...structured, known: true} : structured,
    }));
  },
});

type Given = z.output<typeof input>;

interface Submitted {
  readonly key: JobKey;
  readonly isKnown: boolean;
}

/** One after the other: else two that are counted at once would both be the last that may run. */
async function submitted(args: Given, host: Host, caller: Caller): Promise<Submitted> {
  const directory = boundDirectory(host.bounds, args.cwd, host.cwd);
  const keyed = args.key === undefined ? undefined : keyedSubmission(host, directory, args.key);
  const job = await prepared(args, {directory, invocation: keyed?.invocation, state: host.state}, caller);
  const again = keyed?.known && sameWork(host, args, keyed.known, job);
  if (again !== undefined) return {key: again, isKnown: true};
  const send = async () => {
    await refuseTooMany(host.bounds, host.state);
    return host.withClient(client => sendJob(client, job));
  };
  const {key} = host.bounds.maxJobs === undefined ? await send() : await inTurn(host, send);
  return {key, isKnown: false};
}

function sameWork(host: Host, {key = ''}: Given, known: ListedJob, {command}: PreparedJob): JobKey {
  refuseOtherWork(host, key, known, command);
  return keyOfListed(known);
}

function prepared(
  args: Given,
  place: Pick<JobRequest, 'directory' | 'invocation' | 'state'>,
  caller: Caller,
): Promise<PreparedJob> {
  const {command, name, env = {}, after} = args;
  const options = optionsOf(args);
  checkOptions(options);
  return prepareJob({
    ...place,
    ...options,
    command: typeof command === 'string' ? {shell: command} : command,
    name,
    tags: [TAG],
    by: whoAsksAsClient(caller.name),
    isHere: false,
    variables: variablesOf(env),
    typed: typedFor(args),
    after,
  });
}

function optionsOf({timeout_ms, retries, backoff_ms, group, priority}: Given): GivenJobOptions {
  return {timeoutMs: timeout_ms, retries, backoffMs: backoff_ms, group, priority};
}

/** What a person would have typed for it. */
function typedFor({command, name, after = [], ...args}: Given): string {
  const {timeout_ms, retries, backoff_ms, group, priority} = args;
  const flags = [
    flag('--name', name),
    ...after.map(handle => flag('--after', handle)),
    flag('--timeout', timeout_ms && `${timeout_ms}ms`),
    flag('--retries', retries),
    flag('--backoff', backoff_ms && `${backoff_ms}ms`),
    flag('--group', group),
    priority === undefined ? '' : `--priority=${priority} `,
  ].join('');
  const what =
    typeof command === 'string' ? `-c ${shellWord(command)}` : `-- ${command.map(shellWord).join(' ')}`;
  return `stint run ${flags}${what}`;
}

function flag(name: string, value: string | number | undefined): string {
  return value === undefined ? '' : `${name} ${shellWord(String(value))} `;
}
