/** How it is with jobs, in one answer: how each stands or ended, and the last lines that matter. */
import {counted} from '../../base/index.ts';
import {FAILED} from '../../coordinator/domain/index.ts';
import {exactAddress, type ViewedJob} from '../../jobs/index.ts';
import {cutOutput, type ReadOutput, readOutput} from '../jobs/read-output.ts';
import {type Answer, fitted, sizeOf, told, USUAL_BYTES} from './answer.ts';
import {jobFacts, outputFacts} from './job-facts.ts';
import {standingText} from './words.ts';

/** So many of the last lines are of use to who asks how it ended: of one that failed, and of any other. */
const LINES = {failed: 24, other: 8};

/** Of a job, with what it wrote last. `finish`: what more is told, which has to fit as well. */
export async function jobAnswer(
  viewed: ViewedJob,
  finish: (answer: Answer) => Answer = answer => answer,
): Promise<Answer> {
  const output = await lastOutput(viewed);
  return fitted(USUAL_BYTES, USUAL_BYTES, bytes => {
    const cut = cutOutput(output, bytes);
    return finish({
      text: [headText(viewed), outputText(viewed, cut)].filter(part => part !== '').join('\n'),
      structured: {...jobFacts(viewed), ...outputFacts(cut)},
    });
  });
}

/** Of several, in this order, with the last lines of those that did not complete. */
export async function jobsAnswer(
  jobs: readonly ViewedJob[],
  {text, ...more}: {readonly text?: string | undefined} & Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const outputs = await Promise.all(jobs.map(each => (matters(each) ? lastOutput(each) : undefined)));
  const whole = fitted(USUAL_BYTES, USUAL_BYTES, bytes => {
    const cut = outputs.map(output => output && cutOutput(output, Math.floor(bytes / jobs.length)));
    const lines = jobs.flatMap((each, at) => {
      const output = cut[at];
      return [headText(each), output === undefined ? '' : outputText(each, output)];
    });
    return {
      text: [...lines, text ?? ''].filter(part => part !== '').join('\n'),
      structured: {
        jobs: jobs.map((each, at) => {
          const output = cut[at];
          return {...jobFacts(each), ...(output === undefined ? {} : outputFacts(output))};
        }),
        ...more,
      },
    };
  });
  return sizeOf(whole) <= USUAL_BYTES ? whole : briefAnswer(jobs, text, more);
}

/** Of many, or of such with long names: only how each ended. */
function briefAnswer(
  jobs: readonly ViewedJob[],
  text: string | undefined,
  more: Readonly<Record<string, unknown>>,
): Answer {
  const facts = jobs.map(each => {
    const {status, exit_code} = jobFacts(each);
    return told({job: briefHandle(each, jobs), status, exit_code});
  });
  const lines = facts.map(({job, status, exit_code}) =>
    [job, status, exit_code].filter(part => part !== undefined).join(' '),
  );
  return {
    text: [...lines, text ?? ''].filter(part => part !== '').join('\n'),
    structured: {jobs: facts, ...more},
  };
}

const LONG_HANDLE_BYTES = 32;

/** The id alone means a job as well where it is the only one of its invocation, as all are that a tool started. */
function briefHandle({job}: ViewedJob, jobs: readonly ViewedJob[]): string {
  const handle = exactAddress(job);
  const isOnly = jobs.every(other => other.job === job || other.job.invocation !== job.invocation);
  return isOnly && Buffer.byteLength(handle) > LONG_HANDLE_BYTES ? job.invocation : handle;
}

/** `3fa9c1d2e4b5:test failed with exit code 1 after 12s`. */
export function headText(viewed: ViewedJob): string {
  const address = exactAddress(viewed.job);
  const standing = standingText(viewed.view);
  const {name} = viewed.view;
  return address.endsWith(`:${name}`) && standing.startsWith(name)
    ? `${address}${standing.slice(name.length)}`
    : `${address}: ${standing}`;
}

export function outputText({job}: ViewedJob, output: ReadOutput): string {
  const {text, leftOut, before, behind, unfinished} = output;
  const again = `output job=${exactAddress(job)}`;
  const notes = [
    before === undefined
      ? ''
      : `[lines with numbers below ${before} were not looked at: ${again} before=${before}]\n`,
    leftOut === 0 ? '' : `[${counted(leftOut, 'line')} before${before === undefined ? `: ${again}` : ''}]\n`,
  ];
  const rest = unfinished === '' ? '' : `[a line without an end] ${unfinished}`;
  const more =
    behind === 0
      ? ''
      : `[about ${counted(behind, 'line')} behind these not looked at yet: go on from the cursor]`;
  return `${notes.join('')}${text}${rest}${more}`.trimEnd();
}

function matters({view}: ViewedJob): boolean {
  return FAILED.some(status => status === view.status);
}

function lastOutput(viewed: ViewedJob): Promise<ReadOutput> {
  const tail = matters(viewed) ? LINES.failed : LINES.other;
  return readOutput(viewed.job, {tail, maxBytes: USUAL_BYTES});
}
