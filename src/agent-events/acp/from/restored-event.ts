/** The event that stint sent, out of what arrived: the counterpart of `toAcp`. */
import {isObject} from '../../../base/index.ts';
import type {AgentEvent, UnknownAgentEvent} from '../../event.ts';
import {inFormatOrder} from '../../event-shape.ts';
import {type JsonObject, without} from '../json-shape.ts';
import {EVENT_METHOD, META_KEY, PLACED_KEY} from '../to/notification.ts';
import {fitsPlacement, type Placement, placementOf, typeOfUpdate} from '../to/placement.ts';

/** Undefined for a notification that stint did not make. The keys come in the order of the format. */
export function restoreEvent(method: unknown, params: unknown): AgentEvent | UnknownAgentEvent | undefined {
  if (!isObject(params)) return undefined;
  if (method === EVENT_METHOD) return isObject(params.event) ? typed(params.event) : undefined;
  if (method !== 'session/update' || !isObject(params.update)) return undefined;
  const event = fromUpdate(params.sessionId, params.update);
  return event && fitsPlacement(event) ? typed(event) : undefined;
}

function fromUpdate(sessionId: unknown, update: JsonObject): JsonObject | undefined {
  const {sessionUpdate, _meta: meta} = update;
  const type = typeOfUpdate(sessionUpdate);
  const left = isObject(meta) ? meta[META_KEY] : undefined;
  if (type === undefined || !isObject(meta) || !isObject(left)) return undefined;
  const placement = placementOf(type);
  const others = {
    ...without(meta, META_KEY),
    ...(placement && placedMeta(placement, update, left[PLACED_KEY])),
  };
  return inFormatOrder({
    ...placement?.standing(update),
    ...(Object.keys(others).length > 0 && {_meta: others}),
    ...without(left, PLACED_KEY),
    type,
    session_id: sessionId,
  });
}

/** What of the event's `_meta` stands in the update. */
function placedMeta({slots = {}}: Placement, update: JsonObject, names: unknown): JsonObject {
  const named = Object.entries(slots).filter(([name]) => Array.isArray(names) && names.includes(name));
  return Object.fromEntries(named.map(([name, {key}]) => [name, update[key]]));
}

function typed(event: JsonObject): UnknownAgentEvent | undefined {
  const {type} = event;
  return typeof type === 'string' && type !== '' ? {...event, type} : undefined;
}
