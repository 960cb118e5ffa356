/** Whether an event that came from outside is as its variant has it, and in which order its fields are written. */
import * as v from 'valibot';

import {OWN_FIELDS, RUNTIME_FIELDS} from './event.ts';

const SHAPES = new Map<unknown, v.GenericSchema & {readonly entries: v.ObjectEntries}>(
  Object.entries({...RUNTIME_FIELDS, ...OWN_FIELDS}).map(([type, fields]) => [type, v.object(fields)]),
);

/** Whether an event has every field of its variant, and each as it should be. False for a type that is not known. */
export function fitsVariant(event: Readonly<Record<string, unknown>>): boolean {
  const shape = SHAPES.get(event.type);
  return shape !== undefined && v.is(shape, event);
}

/** The names of the fields in the order of the format; none for a type that is not known. */
export function fieldNames(type: unknown): readonly string[] {
  return Object.keys(SHAPES.get(type)?.entries ?? {});
}

/** The event with its keys in the order of the format, unknown ones behind, without those that hold nothing. */
export function inFormatOrder(event: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const first = ['type', 'session_id', ...fieldNames(event.type)];
  const known = first.filter(key => event[key] !== undefined).map(key => [key, event[key]] as const);
  const rest = Object.entries(event).filter(([key, value]) => value !== undefined && !first.includes(key));
  return Object.fromEntries([...known, ...rest]);
}
