import {isFormatKey, type ProgressRecord} from '../record.ts';

export type Label = string | number | boolean;

const MOST_LABELS = 16;

/** What the first record of a run tells beyond the format, for instance `tier` and `embedder_id`. */
export function labelsOf(first: ProgressRecord): Readonly<Record<string, Label>> {
  const labels = Object.entries(first).filter((entry): entry is [string, Label] => {
    const [key, value] = entry;
    return !isFormatKey(key) && isLabel(value);
  });
  return Object.fromEntries(labels.slice(0, MOST_LABELS));
}

/** A number that JSON can hold, though what was read can be larger. */
function isLabel(value: unknown): value is Label {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
