/** What is told of a job in structured answers, and its schema. What is not known, or does not apply, is left out. */
import * as z from 'zod';

import {exactAddress, type ViewedJob} from '../../jobs/index.ts';
import type {ReadOutput} from '../jobs/read-output.ts';
import {told} from './answer.ts';
import {isOver, progressText} from './words.ts';

export const JOB_FACTS = {
  job: z.string().describe('Handle: give it to the other tools, or to stint in a terminal.'),
  status: z.string().describe('queued, running, cancelling; completed, failed, cancelled, crashed; unknown'),
  exit_code: z.number().int().optional().describe('Once it has ended; 128+n for a signal.'),
  reason: z.string().optional().describe('Why it ended like that, or waits.'),
  secs: z.number().optional().describe('How long it ran, or has run.'),
  progress: z.string().optional().describe('What it reported: phase, rows, rate, time left, stalled.'),
};

export const OUTPUT_FACTS = {
  output: z.string().optional().describe('Last lines of stdout and stderr, without colours.'),
  left_out_lines: z.number().int().optional().describe('Lines left out before these: see the tool output.'),
  cursor: z.string().optional().describe('For since of output: only what comes after this.'),
};

/** Of a job; without its output. */
export function jobFacts({job, view}: ViewedJob) {
  const {status, exit_code, message, queue_reason, duration_secs} = view;
  const progress = isOver(view) ? '' : progressText(view);
  return told({
    job: exactAddress(job),
    status,
    exit_code,
    reason: message ?? queue_reason,
    secs: duration_secs === null ? null : Number(duration_secs.toFixed(duration_secs < 10 ? 2 : 0)),
    progress: progress === '' ? null : progress,
  });
}

export function outputFacts({text, leftOut, cursor}: ReadOutput) {
  return told({
    output: text === '' ? null : text,
    left_out_lines: leftOut === 0 ? null : leftOut,
    cursor,
  });
}
