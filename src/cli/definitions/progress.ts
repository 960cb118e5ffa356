/** The commands about what jobs report. */
import type {CommandText} from '../command.ts';
import {ADDRESS_NOTE, ADDRESS_OPTIONS, JSON_OPTION} from './shared.ts';

export const PROGRESS_EMIT = {
  name: 'progress emit',
  summary: 'report a step of the work, from within a job or script',
  operands: '<event>',
  operandValues: ['text'],
  options: [
    {
      flags: '--phase <phase>',
      description: 'the phase it belongs to (default: the event without its ending)',
      value: 'text',
    },
    {
      flags: '--sub-phase <what>',
      description: 'start, done, progress, error or cancelled (default: by the ending of the event)',
      value: ['start', 'done', 'progress', 'error', 'cancelled'],
    },
    {
      flags: '--rows <done/total>',
      description: 'rows done so far and rows to do: 3/10, 3 or /10',
      value: 'text',
    },
    {
      flags: '--batch <N>',
      description: 'number of the batch, where several of a phase may be open',
      value: 'count',
    },
    {flags: '--batch-rows <N>', description: 'rows in this batch', value: 'count'},
    {flags: '--bytes <N>', description: 'bytes that this step was about', value: 'count'},
    {flags: '--note <text>', description: 'anything a person may want to know', value: 'text'},
    {flags: '--error <text>', description: 'what went wrong', value: 'text'},
    {
      flags: '--waiting-on <what>',
      description: 'for what the work waits (lock, network): until it moves it is not called stalled',
      value: 'text',
    },
    {
      flags: '--expect <duration>',
      description: 'how long the phase may take before its silence is a stall',
      value: 'duration',
    },
    {
      flags: '--label <key=value>',
      description: 'a key of your own; may be given several times',
      value: 'text',
      repeatable: true,
    },
  ],
  notes: `Appends one line of JSON to the file that $STINT_PROGRESS_JSONL names, which every job has. Where it is not set nothing
is done, and the exit code is 0 also when the file cannot be written: the work goes on. An event that ends with _start,
_done, _progress or _error begins, ends or continues its phase; complete, cancelled and error end the run.`,
  examples: [
    ['stint progress emit build_start', 'the phase build begins'],
    ['stint progress emit copy_progress --rows 3/10 --note a.txt', 'three of ten are copied'],
    ['stint progress emit build_done', 'it is over'],
  ],
} as const satisfies CommandText;

export const PROGRESS_REPORT = {
  name: 'progress report',
  summary: 'tell where the time of a job goes, by what it reported',
  operands: '[address]',
  operandValues: ['address-or-file'],
  options: [
    {flags: '-f, --follow', description: 'draw it anew as more is reported, until the end; Ctrl-C ends it'},
    JSON_OPTION,
    ...ADDRESS_OPTIONS,
  ],
  notes: `${ADDRESS_NOTE}
An operand with a slash in it or with .jsonl at its end is a file of progress records, also one of another program.
Exits with 3 when no progress was reported.`,
  examples: [
    ['stint progress report backfill', 'time per phase, rates, what is open now, when it will be done'],
    ['stint progress report -f backfill', 'the same on one screen that changes'],
    ['stint progress report ./run.jsonl --json', 'of any file of progress records'],
  ],
} as const satisfies CommandText;
