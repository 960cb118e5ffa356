/** The options of a job on the wire: their names with underscores, what each may be, and which may be left out. */
import * as v from 'valibot';

import {LONGEST_BACKOFF_MS, MOST_RETRIES, NOTIFY_ON, ON_STALL} from '../../base/index.ts';
import {DEFAULT_JOB_OPTIONS, type JobOptions} from '../domain/index.ts';
import {argumentText, count, groupName, submitter} from './values.ts';

export const jobOptions = {
  now: v.optional(v.boolean(), DEFAULT_JOB_OPTIONS.now),
  by: v.optional(v.nullable(submitter), DEFAULT_JOB_OPTIONS.by),
  merged: v.optional(v.boolean(), DEFAULT_JOB_OPTIONS.merged),
  priority: v.optional(
    v.pipe(v.number(), v.safeInteger(), v.minValue(-1_000_000), v.maxValue(1_000_000)),
    DEFAULT_JOB_OPTIONS.priority,
  ),
  group: v.optional(v.nullable(groupName), DEFAULT_JOB_OPTIONS.group),
  service: v.optional(v.boolean(), DEFAULT_JOB_OPTIONS.service),
  sample_every: v.pipe(count, v.minValue(1)),
  linger_ms: count,
  stall_after_ms: v.optional(count, DEFAULT_JOB_OPTIONS.stallAfterMs),
  on_stall: v.optional(v.picklist(ON_STALL), DEFAULT_JOB_OPTIONS.onStall),
  timeout_ms: v.optional(v.nullable(v.pipe(count, v.minValue(1))), DEFAULT_JOB_OPTIONS.timeoutMs),
  max_memory_bytes: v.optional(v.nullable(v.pipe(count, v.minValue(1))), DEFAULT_JOB_OPTIONS.maxMemoryBytes),
  retries: v.optional(v.pipe(count, v.maxValue(MOST_RETRIES)), DEFAULT_JOB_OPTIONS.retries),
  backoff_ms: v.optional(v.pipe(count, v.maxValue(LONGEST_BACKOFF_MS)), DEFAULT_JOB_OPTIONS.backoffMs),
  retry_on: v.optional(
    v.nullable(v.pipe(v.array(v.pipe(count, v.maxValue(255))), v.minLength(1), v.maxLength(256))),
    null,
  ),
  on_complete_ms: v.optional(v.nullable(count), DEFAULT_JOB_OPTIONS.onCompleteMs),
  notify: v.optional(v.nullable(argumentText), DEFAULT_JOB_OPTIONS.notify),
  notify_on: v.optional(
    v.nullable(v.pipe(v.array(v.picklist(NOTIFY_ON)), v.maxLength(NOTIFY_ON.length))),
    DEFAULT_JOB_OPTIONS.notifyOn,
  ),
  retention_ms: v.optional(v.nullable(count), DEFAULT_JOB_OPTIONS.retentionMs),
  retention_failed_ms: v.optional(v.nullable(count), DEFAULT_JOB_OPTIONS.retentionFailedMs),
  max_log_bytes: v.optional(count, 0),
} satisfies {readonly [Name in keyof WireJobOptions]: v.GenericSchema<unknown, WireJobOptions[Name]>};

export type WireJobOptions = {[Name in keyof JobOptions as Underscored<Name>]: Writable<JobOptions[Name]>};

type Writable<Value> = Value extends readonly (infer Each)[] ? Each[] : Value;

type Underscored<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Underscored<Rest>}`
  : Name;

export function optionsToWire(options: JobOptions): WireJobOptions {
  const renamed = Object.entries(options).map(([name, value]) => [underscored(name), value]);
  return Object.fromEntries(renamed) as WireJobOptions;
}

/** `given` may hold more than options. */
export function optionsFromWire(given: WireJobOptions): JobOptions {
  const names = Object.keys(DEFAULT_JOB_OPTIONS) as (keyof JobOptions)[];
  const renamed = names.map(name => [name, given[underscored(name) as keyof WireJobOptions]]);
  return Object.fromEntries(renamed) as unknown as JobOptions;
}

/** In words, what is wrong with a value of an option; undefined where nothing is. */
export function optionProblem(name: keyof JobOptions, value: unknown): string | undefined {
  const schema: v.GenericSchema = jobOptions[underscored(name) as keyof WireJobOptions];
  return v.safeParse(schema, value).issues?.[0].message;
}

function underscored(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
