/** One record as the line that a sink writes: the keys in the order of the format, nothing that is `null`, well-formed text. */
import {cutText, stringifyWellFormed, wellFormed} from '../../base/index.ts';
import type {EventDefinition} from '../definition.ts';
import {
  isFormatKey,
  PROGRESS_FIELDS,
  PROGRESS_SCHEMA,
  type ProgressFields,
  type SubPhase,
} from '../record.ts';
import type {ProgressLabels} from './sink.ts';

/** What every record begins with. */
export interface RecordHead {
  readonly event: string;
  readonly phase: string;
  readonly sub_phase: SubPhase;
  readonly ts_ms: number;
  /** Undefined, like `seq`, where the writer cannot know it. */
  readonly elapsed_ms: number | undefined;
  readonly run_id: string;
  readonly seq: number | undefined;
  readonly pid: number;
}

/** A longer text is cut: a line is read as a whole by everybody who reads the file. Characters. */
export const MOST_TEXT = 8192;

/**
 * The line, without its newline. Of the fields only those that the event is defined to tell, and of these what JSON can
 * hold: text and finite numbers.
 */
export function recordLine(
  head: RecordHead,
  labels: ProgressLabels,
  rssMib: number | undefined,
  fields: ProgressFields,
  defined?: EventDefinition,
): string {
  const record: Record<string, unknown> = {schema: PROGRESS_SCHEMA, ...head, ...labels};
  if (rssMib !== undefined) record.rss_mib = rssMib;
  for (const key of PROGRESS_FIELDS) {
    const value = fields[key] ?? (key === 'expect_ms' ? defined?.expect_ms : undefined);
    if (value !== undefined && mayTell(key, defined)) record[key] = written(value);
  }
  return stringifyWellFormed(record);
}

/** The labels that can be written: text, finite numbers and booleans, under keys to which the format gives no meaning. */
export function usableLabels(labels: ProgressLabels): ProgressLabels {
  const usable = Object.entries(labels).flatMap(([key, value]) => {
    const text = typeof value === 'boolean' ? value : written(value);
    return isFormatKey(key) || text === undefined ? [] : [[wellFormed(key), text] as const];
  });
  return Object.fromEntries(usable);
}

function mayTell(key: keyof ProgressFields, defined: EventDefinition | undefined): boolean {
  return key === 'expect_ms' || defined?.fields === undefined || defined.fields.includes(key);
}

/** Undefined, which is left out, for what is of another type: callers without a compiler give anything. */
function written(value: unknown): string | number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  return value.length > MOST_TEXT ? `${cutText(value, MOST_TEXT - 1)}…` : value;
}
