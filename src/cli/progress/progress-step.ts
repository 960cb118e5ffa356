/** What the words of `stint progress emit` mean. */
import {StintError} from '../../base/index.ts';
import {isFormatKey, type ProgressFields, SUB_PHASES, type SubPhase} from '../../progress/index.ts';
import type {OptionsOf} from '../command.ts';
import {duration, oneOf, wholeNumber} from '../command-line/option-values.ts';
import type {PROGRESS_EMIT} from '../definitions/progress.ts';

type Options = OptionsOf<typeof PROGRESS_EMIT>;

export interface Step {
  readonly event: string;
  readonly phase: string;
  readonly sub_phase: SubPhase;
}

const ENDS: ReadonlySet<string> = new Set(['complete', 'cancelled', 'error']);

/**
 * Phase and transition of an event, as far as they are not given: `embed_start` begins `embed`. `complete`, `cancelled` and
 * `error` end the run and are phases of their own.
 */
export function progressStep(event: string, options: Options): Step {
  const step = namedStep(event, options);
  const {waitingOn} = options;
  if (waitingOn !== undefined && (waitingOn.trim() === '' || step.sub_phase !== 'progress'))
    throw new StintError('USAGE', `--waiting-on names nothing that ${event} could wait for.`, {
      hint: 'Only what is under way waits: stint progress emit build_progress --waiting-on lock',
    });
  return step;
}

function namedStep(event: string, options: Options): Step {
  if (event.trim() === '') throw new StintError('USAGE', 'The event has no name.', {hint: EXAMPLE});
  const phase = options.phase;
  const subPhase = oneOf(options.subPhase, '--sub-phase', SUB_PHASES);
  if (ENDS.has(event)) {
    if (phase !== undefined || (subPhase !== undefined && subPhase !== event))
      throw new StintError('USAGE', `${event} ends the whole run: it takes no phase.`, {
        hint: `A phase that fails: stint progress emit ${phase ?? 'build'}_error`,
      });
    return {event, phase: event, sub_phase: event as SubPhase};
  }
  const [, ofEvent, ending] = /^(?:(.*\S)_)?(start|done|progress|error)$/.exec(event) ?? [];
  const named = phase ?? (ending === undefined ? event : ofEvent);
  if (named === undefined || named.trim() === '')
    throw new StintError('USAGE', `${event} is of no phase.`, {
      hint: `Name one: stint progress emit ${event} --phase build, or: stint progress emit build_${event}`,
    });
  return {event, phase: named, sub_phase: subPhase ?? (ending as SubPhase | undefined) ?? 'progress'};
}

/** The other things that the options tell. Throws `USAGE`. */
export async function progressFields(options: Options): Promise<ProgressFields> {
  const told = {
    ...rows(options.rows),
    batch_index: wholeNumber(options.batch, '--batch', 0),
    batch_rows: wholeNumber(options.batchRows, '--batch-rows', 0),
    bytes: wholeNumber(options.bytes, '--bytes', 0),
    note: options.note,
    error: options.error,
    waiting_on: options.waitingOn,
    expect_ms: await duration(options.expect, '--expect'),
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}

export function progressLabels(options: Options): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (options.label ?? []).map(label => {
      const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(label) ?? [];
      if (key === '')
        throw new StintError('USAGE', `--label is '${label}', not key=value.`, {
          hint: 'For example: --label tier=quality',
        });
      if (isFormatKey(key))
        throw new StintError('USAGE', `--label cannot set ${key}: every record has its own.`, {
          hint: 'Run: stint progress emit --help',
        });
      return [key, value];
    }),
  );
}

const EXAMPLE = 'For example: stint progress emit build_start';

/** `3/10`, `3` or `/10`. */
function rows(value: string | undefined): Pick<ProgressFields, 'rows_processed' | 'rows_total'> {
  if (value === undefined) return {};
  const [, done, total] = /^(\d{1,15})?(?:\/(\d{1,15}))?$/.exec(value) ?? [];
  if (done === undefined && total === undefined)
    throw new StintError('USAGE', `--rows is '${value}', not a number of rows.`, {
      hint: 'For example: --rows 3/10 (three of ten), --rows 3, or --rows /10',
    });
  return {
    ...(done === undefined ? {} : {rows_processed: Number(done)}),
    ...(total === undefined ? {} : {rows_total: Number(total)}),
  };
}
