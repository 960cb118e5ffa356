/** JSON of others, one level of it. What kind a value is, is told by `isObject` and `isCount` too. */
import {isObject, type Json} from '../../base/index.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** An object that came out of JSON, so that all that is in it is JSON too. */
export interface JsonRecord {
  readonly [key: string]: Json;
}

export function isRecord(value: Json | undefined): value is JsonRecord {
  return isObject(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** One that JSON can hold. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** The list, or an empty one where there is none. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The record without some keys. */
export function recordWithout(record: JsonRecord, keys: readonly string[]): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

/** The object without some keys, and without those that hold nothing. */
export function without(value: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(value).filter(([key, each]) => each !== undefined && !keys.includes(key)),
  );
}
