/**
 * Events as an ACP client understands them (schema of protocol version 1). Nothing stands at a place that the protocol
 * does not define: what has no place of its own is under `_meta.stint`, with the names of the event, so that `fromAcp`
 * gives back the event as it was. An event that the protocol has no update for, or whose fields are not what its variant
 * has, goes as it is in a notification of stint's own.
 */
import {isObject} from '../../../base/index.ts';
import type {AgentEvent, UnknownAgentEvent} from '../../event.ts';
import {isText, type JsonObject, without} from '../json-shape.ts';
import {type AcpNotification, EVENT_METHOD, META_KEY, PLACED_KEY} from './notification.ts';
import {fitsPlacement, type MetaSlot, type Placement, placementOf} from './placement.ts';

/** The notification for an event. It shares parts with the event: neither is to be changed afterwards. Never throws. */
export function toAcp(event: AgentEvent | UnknownAgentEvent): AcpNotification {
  const fields: JsonObject = {...event};
  return asUpdate(fields) ?? asItIs(event, fields.session_id);
}

function asUpdate(event: JsonObject): AcpNotification | undefined {
  const placement = placementOf(event.type);
  const {session_id: sessionId} = event;
  if (placement === undefined || !isText(sessionId) || !fitsPlacement(event)) return undefined;
  const placed = placement.place(event);
  if (placed === undefined || Object.hasOwn(event, PLACED_KEY)) return undefined;
  const meta = othersMeta(event._meta);
  const slots = slotsFor(placement, event, meta);
  const fromMeta = Object.fromEntries(slots.map(([name, {key}]) => [key, meta?.[name]]));
  const update = {sessionUpdate: placement.sessionUpdate, ...without(placed), ...fromMeta};
  const standing: JsonObject = {
    ...placement.standing(update),
    _meta: meta,
    type: event.type,
    session_id: sessionId,
  };
  const names = slots.map(([name]) => name);
  const left = {...leftOver(event, standing), ...(names.length > 0 && {[PLACED_KEY]: names})};
  const _meta = {...(meta && without(meta, ...names)), [META_KEY]: left};
  return {method: 'session/update', params: {sessionId, update: {...update, _meta}}};
}

function slotsFor(
  {slots = {}}: Placement,
  event: JsonObject,
  meta: JsonObject | undefined,
): readonly (readonly [string, MetaSlot])[] {
  if (meta === undefined) return [];
  return Object.entries(slots).filter(
    ([name, {fits}]) => Object.hasOwn(meta, name) && fits(meta[name], event),
  );
}

/** The `_meta` of an event, if it can be sent as it is beside stint's own key. */
function othersMeta(meta: unknown): JsonObject | undefined {
  const fits = isObject(meta) && !Object.hasOwn(meta, META_KEY) && Object.keys(meta).length > 0;
  return fits ? meta : undefined;
}

function leftOver(event: JsonObject, standing: JsonObject): JsonObject {
  const left = Object.entries(event).filter(
    ([key, value]) => !(Object.hasOwn(standing, key) && isSame(standing[key], value)),
  );
  return without(Object.fromEntries(left));
}

/** The same value, or an object of the same keys, in the same order, with the same values. */
function isSame(standing: unknown, value: unknown): boolean {
  if (Object.is(standing, value)) return true;
  if (!isObject(standing) || !isObject(value)) return false;
  const [before, now] = [Object.entries(standing), Object.entries(value)];
  return (
    before.length === now.length &&
    now.every(([key, each], index) => before[index]?.[0] === key && Object.is(before[index][1], each))
  );
}

function asItIs(event: AgentEvent | UnknownAgentEvent, sessionId: unknown): AcpNotification {
  return {method: EVENT_METHOD, params: {...(isText(sessionId) && {sessionId}), event}};
}
