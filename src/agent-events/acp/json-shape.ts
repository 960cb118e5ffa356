/** What kind of JSON a value is, without looking into it deeper than one level. */
import type {Json} from '../../base/index.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** An object that came out of JSON, so that all that is in it is JSON too. */
export interface JsonRecord {
  readonly [key: string]: Json;
}

export function isRecord(value: Json | undefined): value is JsonRecord {
  return isObject(value);
}

/** The list, or an empty one where there is none. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The record without some keys. */
export function recordWithout(record: JsonRecord, keys: readonly string[]): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A whole number from 0 that JavaScript holds exactly. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

/** Anything that is there, null included. */
export function isPresent(value: unknown): boolean {
  return value !== undefined;
}

export function orNull(check: (value: unknown) => boolean): (value: unknown) => boolean {
  return value => value === null || check(value);
}

export function oneOf(...values: readonly string[]): (value: unknown) => boolean {
  return value => isText(value) && values.includes(value);
}

/** Whether the object has no keys beside these. */
export function hasOnly(value: JsonObject, keys: readonly string[]): boolean {
  return Object.keys(value).every(key => keys.includes(key));
}

/** The object without some keys, and without those that hold nothing. */
export function without(value: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(value).filter(([key, each]) => each !== undefined && !keys.includes(key)),
  );
}
