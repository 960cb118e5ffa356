/** What is told of jobs that were waited for: how each ended, and of one that did not complete its last lines. */
import {join} from 'node:path';

import type {JobKey} from '../../base/index.ts';
import {JOB_FILES, jobPath} from '../../coordinator/adapters/index.ts';
import {addressText, durationSecs, listedJob} from '../../jobs/index.ts';
import {systemMoment} from '../../platform/index.ts';
import {type LastOutput, lastOutput} from '../logs/last-output.ts';
import {isTerminal} from '../output/terminal.ts';
import {visibleLine} from '../output/visible.ts';
import {err, say} from '../output/write.ts';
import {outcomeText} from './outcome.ts';
import type {Standing} from './waiting.ts';

/** Of more jobs only the commands that show their output are told. */
const MOST_TAILS = 3;

/** On stderr, of those that are finished. `wasPrinted`: whoever reads that has just read the output. */
export function sayOutcomes(state: string, jobs: readonly Standing[], wasPrinted = false): void {
  let tails = 0;
  for (const job of jobs) {
    if (job.isFinished) say(outcomeText(job.outcome));
    if (wasPrinted || !didNotComplete(job)) continue;
    if (sayTail(state, job, tails < MOST_TAILS)) tails += 1;
  }
}

/** The last lines, where they are wanted, and the command that shows the rest; tells whether there was anything. */
function sayTail(state: string, {key, outcome}: Standing, wantsLines: boolean): boolean {
  const {lines, isAll} = lastOutputOf(state, key) ?? NOTHING;
  if (lines.length === 0) return false;
  const shown = isTerminal(2) ? lines.map(line => visibleLine(line)) : lines;
  if (wantsLines) err(shown.map(line => `${line}\n`).join(''));
  const what = !wantsLines ? 'its output' : isAll ? 'all of it' : 'the rest';
  say(`${what}: stint logs ${addressText(outcome.invocation, outcome.name)}`);
  return true;
}

/** For programs. `tail` is null unless the job ended and did not complete. */
export interface OutcomeFacts {
  readonly duration_secs: number | null;
  readonly log: string;
  readonly tail: readonly string[] | null;
}

/** `standing` is undefined where it is not known. */
export function outcomeFacts(state: string, key: JobKey, standing: Standing | undefined): OutcomeFacts {
  const listed = listedJob(state, key);
  return {
    duration_secs: listed === undefined ? null : durationSecs(listed, systemMoment()),
    log: journalOf(state, key),
    tail: didNotComplete(standing) ? (lastOutputOf(state, key)?.lines ?? null) : null,
  };
}

function didNotComplete(standing: Standing | undefined): boolean {
  return standing?.isFinished === true && standing.outcome.status !== 'completed';
}

const NOTHING: LastOutput = {lines: [], isAll: true};

/** Undefined where the log cannot be read: how the job ended is told all the same. */
function lastOutputOf(state: string, key: JobKey): LastOutput | undefined {
  try {
    return lastOutput(journalOf(state, key));
  } catch {
    return undefined; // `logs` says why
  }
}

function journalOf(state: string, key: JobKey): string {
  return join(state, jobPath(key), JOB_FILES.journal);
}
