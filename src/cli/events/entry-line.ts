/** What `append` takes: one entry, or one payload, as a text of JSON. */

import {isObject, messageOf} from '../../base/index.ts';
import type {NewEntry} from '../../event-log/index.ts';
import {changedNumber, unfinishedValue} from './json-line.ts';

export interface EntryDefaults {
  /** With a kind the whole value is the payload of an entry of this kind. */
  readonly kind: string | undefined;
  /** Then the payload is the text itself, not JSON. */
  readonly isText: boolean;
  /** Those of the entry itself go before these. */
  readonly headers: {readonly [name: string]: string};
}

export type ReadEntry = {readonly entry: NewEntry} | {readonly problem: string; readonly hint?: string};

/** `problem` says what is wrong with the text, as the end of a sentence, `hint` what to do. */
export function readEntry(text: string, {kind, isText, headers}: EntryDefaults): ReadEntry {
  if (isText && kind !== undefined) return {entry: {kind, payload: text, headers}};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const unfinished = unfinishedValue(text);
    if (unfinished !== undefined) return overSeveralLines(error, unfinished, kind !== undefined);
    const remedy = kind === undefined ? '' : '; with --text a line may be any text';
    return {problem: `it is no JSON (${messageOf(error)})${remedy}`};
  }
  const changed = changedNumber(text);
  if (changed !== undefined) return {problem: changedText(changed), hint: 'Give it as a text: "…".'};
  if (kind !== undefined) return {entry: {kind, payload: value as NewEntry['payload'], headers}};
  if (Array.isArray(value)) return {problem: 'it is an array, not one entry', hint: EACH_ELEMENT};
  const problem = problemOf(value);
  if (problem !== undefined) return {problem};
  const {kind: own, payload, headers: given, occurred_at_ms: at} = value as NewEntry;
  const entry = {kind: own, payload, headers: {...headers, ...given}};
  return {entry: at === undefined ? entry : {...entry, occurred_at_ms: at}};
}

const EACH_ELEMENT = "jq -c '.[]' makes a line of each element: … | jq -c '.[]' | stint events append …";

function overSeveralLines(error: unknown, what: 'array' | 'object', isPayload: boolean): ReadEntry {
  const problem = `it is no JSON (${messageOf(error)}): it begins an ${what} that does not end on this line`;
  if (what === 'array' && !isPayload) return {problem, hint: EACH_ELEMENT};
  return {problem, hint: 'jq -c . makes one line of it: … | jq -c . | stint events append …'};
}

function changedText({number, becomes}: {readonly number: string; readonly becomes: string}): string {
  const shown = number.length > 40 ? `${number.slice(0, 40)}…` : number;
  return becomes === 'infinite'
    ? `its number ${shown} is larger than a number can be here`
    : `its number ${shown} would become ${becomes}`;
}

/** `id` and `hash` are those of where it was read; here it gets others. */
const KEYS = new Set(['kind', 'payload', 'headers', 'occurred_at_ms', 'id', 'hash']);

function problemOf(value: unknown): string | undefined {
  if (!isObject(value)) return `it is no object with kind and payload, and no --kind was given`;
  const unknown = Object.keys(value).find(key => !KEYS.has(key));
  if (unknown !== undefined)
    return `${JSON.stringify(unknown)} is no key of an entry; with --kind the whole value is the payload`;
  const {kind, headers, occurred_at_ms: at} = value;
  if (typeof kind !== 'string' || kind.trim() === '') return 'its kind is no text, or blank';
  if (!Object.hasOwn(value, 'payload')) return 'it has no payload';
  if (at !== undefined && !Number.isSafeInteger(at))
    return 'its occurred_at_ms is no whole number of milliseconds';
  if (headers === undefined) return undefined;
  if (!isObject(headers)) return 'its headers are no object';
  const name = Object.keys(headers).find(each => typeof headers[each] !== 'string');
  return name === undefined ? undefined : `its header ${JSON.stringify(name)} is no text`;
}
