import * as z from 'zod';
import {cutText, StintError, visible} from '../../base/index.ts';
import {lookForPorts} from '../../coordinator/reader/index.ts';
import {systemClock} from '../../platform/index.ts';
import {fitted, told, USUAL_BYTES} from '../answers/answer.ts';
import {headText} from '../answers/job-answer.ts';
import {JOB_FACTS, jobFacts, PORT_FACTS, portFacts} from '../answers/job-facts.ts';
import {attended, viewed} from '../jobs/look.ts';
import {namedJob} from '../jobs/named-jobs.ts';
import {defineTool} from './tool.ts';

/** Characters of the command, the directory and what else may be long. */
const MOST_TEXT = 4096;
const MOST_COMMAND = 300;
const LEAST_TEXT = 40;
const MOST_LEFT = 5;

export const STATUS = defineTool({
  name: 'status',
  title: 'Know a job',
  description:
    'All about one job: how it stands or ended and why, its command and directory, times, processor and memory, ports it listens on, what it left behind, and where its log lies.',
  input: z.strictObject({job: z.string().min(1).describe('Handle of the job.')}),
  output: z.strictObject({
    ...JOB_FACTS,
    command: z.string(),
    by: z.string().optional().describe('Who started it, if that is known.'),
    cwd: z.string(),
    submitted: z.string().describe('RFC 3339.'),
    started: z.string().optional(),
    finished: z.string().optional(),
    runs: z.string().optional().describe('Where, if that is not here.'),
    cpu_secs: z.number().optional(),
    memory_bytes: z.number().int().optional(),
    ...PORT_FACTS,
    left_behind: z.array(z.string()).optional().describe('Processes that go on although it ended.'),
    log_bytes: z.number().int(),
    log: z.string().optional().describe('Path of its log, JSON lines.'),
  }),
  annotations: {readOnlyHint: true, openWorldHint: false},
  acts: false,
  call: async ({job: handle}, host) => {
    const job = await namedJob(host, handle);
    const [now] = await viewed(host, [job], {leftovers: true});
    if (now === undefined) throw new StintError('NO_MATCH', `${handle} was removed meanwhile.`);
    await attended(host, [job]);
    const {view} = now;
    const ports = lookForPorts([job], systemClock)(job);
    const left = (view.leftovers ?? [])
      .slice(0, MOST_LEFT)
      .map(({pid, command}) => `${command} (pid ${pid})`);
    const facts = told({
      by: view.by,
      cwd: view.cwd,
      submitted: view.invocation_created_at,
      started: view.started_at,
      finished: view.finished_at,
      runs: view.elsewhere,
      cpu_secs: view.cpu_secs,
      memory_bytes: view.memory_bytes,
      ...portFacts(ports),
      left_behind: left.length === 0 ? null : left,
      log_bytes: view.size_bytes,
      log: view.log,
    });
    return fitted(USUAL_BYTES, MOST_TEXT, most => {
      const more = {
        command: cutText(view.command, Math.min(most, MOST_COMMAND)),
        ...withinText(facts, Math.max(most, LEAST_TEXT)),
      };
      const lines = Object.entries(more).map(
        ([name, value]) => `${name}: ${visible(Array.isArray(value) ? value.join(', ') : String(value))}`,
      );
      return {text: [headText(now), ...lines].join('\n'), structured: {...jobFacts(now), ...more}};
    });
  },
});

/** Of what is long the begin; a path of which a part is missing is of no use, so that of the log is left out. */
function withinText<T extends {readonly log?: string}>(facts: T, most: number): T {
  const {log = '', ...others} = facts;
  const cut = (value: unknown): unknown =>
    typeof value === 'string' ? cutText(value, most) : Array.isArray(value) ? value.map(cut) : value;
  const entries = Object.entries(others).map(([name, value]) => [name, cut(value)]);
  return {...Object.fromEntries(entries), ...(log.length <= most ? {log} : {})};
}
