/** What of a line is the event's own: its JSON, which must not say anything that the envelope says. */
import {DEFAULT_MAX_LINE_BYTES} from '../../../journal/index.ts';
import {parseAgentEvent} from '../../envelope.ts';
import type {AgentEvent, UnknownAgentEvent} from '../../event.ts';

const ENVELOPE_KEYS = new Set(['index', 'emitted_at_ms', 'frame_depth']);
/** No envelope takes so many bytes. */
const ENVELOPE_BYTES = 256;
/** What a reader would pass over is not written. */
const MOST_BYTES = DEFAULT_MAX_LINE_BYTES - ENVELOPE_BYTES;
/** A shorter text has fewer bytes than that in any case. */
const SURELY_FEW_UNITS = MOST_BYTES / 3;
const isEnumerable = Object.prototype.propertyIsEnumerable;

/**
 * The event as JSON, without keys that the envelope has: they would hide the envelope's from a reader. Throws an error
 * that says why there is none: it is no event, JSON cannot hold it, or it is longer than readers take.
 */
export function eventBody(event: AgentEvent | UnknownAgentEvent): string {
  const {type} = event;
  if (typeof type !== 'string' || type === '') throw new TypeError('it has no type, so it is no event');
  const body = isPlain(event as UnknownAgentEvent) ? JSON.stringify(event) : bareBody(event);
  if (body.length > SURELY_FEW_UNITS && Buffer.byteLength(body) > MOST_BYTES)
    throw new RangeError(`it is longer than ${MOST_BYTES} bytes`);
  return body;
}

/**
 * Whether its JSON is an object with a type that says nothing the envelope says. The JSON is not asked: V8 puts it together
 * from pieces, and looking at one character of it would cost a copy. What is undefined is not written; asking with `in`
 * takes longer.
 */
function isPlain(event: UnknownAgentEvent): boolean {
  if (typeof event !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(event);
  return (
    (prototype === Object.prototype || prototype === null) &&
    isEnumerable.call(event, 'type') &&
    event.index === undefined &&
    event.emitted_at_ms === undefined &&
    event.frame_depth === undefined &&
    event.toJSON === undefined
  );
}

/** The long way, over what a reader would see. */
function bareBody(event: object): string {
  const seen = parseAgentEvent(JSON.stringify(event));
  if (seen === undefined) throw new TypeError('its JSON has no type, so it is no event');
  return JSON.stringify(Object.fromEntries(Object.entries(seen).filter(([key]) => !ENVELOPE_KEYS.has(key))));
}
