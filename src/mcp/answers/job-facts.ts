/** What is told of a job in structured answers, and its schema. What is not known, or does not apply, is left out. */
import * as z from 'zod';

import {cutText} from '../../base/index.ts';
import {exactAddress, type ViewedJob} from '../../jobs/index.ts';
import type {ReadOutput} from '../jobs/read-output.ts';
import {told} from './answer.ts';
import {isOver, progressText} from './words.ts';

/** Every tool has them, so an agent reads what each of them is only where its name does not tell it. */
export const JOB_FACTS = {
  job: z.string().describe('Handle'),
  status: z.string(),
  exit_code: z.number().int().optional(),
  reason: z.string().optional(),
  secs: z.number().optional(),
  progress: z.string().optional(),
};

export const OUTPUT_FACTS = {
  output: z.string().optional(),
  left_out_lines: z.number().int().optional(),
  unfinished: z.string().optional().describe('A line without an end: perhaps a question'),
  cursor: z.string().optional().describe('For since of output'),
};

export const PORT_FACTS = {
  ports: z.array(z.number().int()).optional().describe('TCP ports it listens on.'),
  more_ports: z.number().int().optional().describe('So many more.'),
};

const MOST_PORTS = 32;

export function portFacts(ports: readonly number[]) {
  const more = Math.max(0, ports.length - MOST_PORTS);
  return told({
    ports: ports.length === 0 ? null : ports.slice(0, MOST_PORTS),
    more_ports: more === 0 ? null : more,
  });
}

const MOST_REASON = 300;

/** Of a job; without its output. */
export function jobFacts({job, view}: ViewedJob) {
  const {status, exit_code, message, queue_reason, duration_secs} = view;
  const reason = message ?? queue_reason;
  const progress = isOver(view) ? '' : progressText(view);
  return told({
    job: exactAddress(job),
    status,
    exit_code,
    reason: reason === null ? null : cutText(reason, MOST_REASON),
    secs: duration_secs === null ? null : Number(duration_secs.toFixed(duration_secs < 10 ? 2 : 0)),
    progress: progress === '' ? null : progress,
  });
}

export function outputFacts({text, leftOut, before, behind, unfinished, cursor}: ReadOutput) {
  return told({
    output: text === '' ? null : text,
    left_out_lines: leftOut === 0 ? null : leftOut,
    before,
    behind: behind === 0 ? null : behind,
    unfinished: unfinished === '' ? null : unfinished,
    cursor,
  });
}
