import * as z from 'zod';

import {parsePattern, StintError} from '../../base/index.ts';
import {lossOf} from '../../jobs/index.ts';
import {fitted, told, USUAL_BYTES} from '../answers/answer.ts';
import {headText, outputText} from '../answers/job-answer.ts';
import {JOB_FACTS, jobFacts, OUTPUT_FACTS, outputFacts} from '../answers/job-facts.ts';
import {caughtUp, viewed} from '../jobs/look.ts';
import {namedJob} from '../jobs/named-jobs.ts';
import {cutOutput, readOutput} from '../jobs/read-output.ts';
import {defineTool} from './tool.ts';

const USUAL_TAIL = 40;
const MOST_TAIL = 100_000;
const MOST_BYTES = 1024 * 1024;

export const OUTPUT = defineTool({
  name: 'output',
  title: 'Read what a job wrote',
  description:
    'The last lines of a job, running or not, without colours; with since only what is new since an answer before, with grep only lines that match. Every answer has a cursor for the next since.',
  input: z.strictObject({
    job: z.string().min(1).describe('Handle of the job.'),
    tail: z.number().int().min(1).max(MOST_TAIL).optional().describe('So many lines at most. Default 40.'),
    since: z.string().optional().describe('The cursor of an answer before: only what came after it.'),
    before: z
      .number()
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER)
      .optional()
      .describe('The before of an answer: goes on where that one stopped, further to the begin.'),
    stream: z.enum(['stdout', 'stderr']).optional().describe('Default: both, in the order of writing.'),
    grep: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe('Regular expression. Of a long log a part is searched, its end first.'),
    context: z.number().int().min(0).max(100).optional().describe('Lines around each match. Default 0.'),
    max_bytes: z
      .number()
      .int()
      .min(1)
      .max(MOST_BYTES)
      .optional()
      .describe('Bytes of output at most. Default: about 800, so that the answer stays small.'),
  }),
  output: z.strictObject({
    ...JOB_FACTS,
    ...OUTPUT_FACTS,
    before: z
      .number()
      .int()
      .optional()
      .describe('Lines with lower numbers were not looked at: give it as before to output'),
    behind: z.number().int().optional().describe('About so many lines behind the cursor were not looked at'),
    note: z.string().optional().describe('What is missing of the log, and why.'),
  }),
  annotations: {readOnlyHint: true, openWorldHint: false},
  acts: false,
  call: async ({job: handle, tail, since, before, stream, grep, context = 0, max_bytes}, host) => {
    if (since !== undefined && before !== undefined)
      throw new StintError(
        'USAGE',
        'Give since or before, not both: one goes on to the end, the other to the begin.',
      );
    const job = await namedJob(host, handle);
    if (stream === 'stderr' && job.row.merged === 1)
      throw new StintError('USAGE', 'It was run with --merge: all that it wrote is its stdout.');
    await caughtUp(host, [job]);
    const read = await readOutput(job, {
      // What is new, or was looked for, is bounded by bytes unless lines were asked for.
      tail: tail ?? (since === undefined && grep === undefined ? USUAL_TAIL : MOST_TAIL),
      since,
      before,
      stream,
      grep: grep === undefined ? undefined : {pattern: parsePattern(grep, 'grep'), context},
      maxBytes: max_bytes ?? USUAL_BYTES,
    });
    const [now] = await viewed(host, [job]);
    if (now === undefined) throw new StintError('NO_MATCH', `${handle} was removed meanwhile.`);
    const note = [
      read.isAnother ? 'the cursor is of another log: all of this is new' : undefined,
      lossOf(job)?.text,
    ];
    const notes = note.filter(each => each !== undefined).join('; ');
    const nothing = read.text === '' ? nothingText(since ?? before, grep) : '';
    const limit = max_bytes === undefined ? USUAL_BYTES : Number.POSITIVE_INFINITY;
    return fitted(limit, max_bytes ?? USUAL_BYTES, bytes => {
      const cut = cutOutput(read, bytes);
      const parts = [
        headText(now),
        notes,
        nothing,
        outputText(now, cut),
        cut.cursor === undefined ? '' : `cursor ${cut.cursor}`,
      ];
      return {
        text: parts.filter(part => part !== '').join('\n'),
        structured: {...jobFacts(now), ...outputFacts(cut), ...told({note: notes === '' ? null : notes})},
      };
    });
  },
});

function nothingText(from: string | number | undefined, grep: string | undefined): string {
  if (grep !== undefined) return '[no line matches]';
  return from === undefined ? '[nothing was written]' : '[nothing new]';
}
