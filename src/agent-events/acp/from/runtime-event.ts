/**
 * Kinds of `session/update` that an agent runtime sends beside the protocol: its events, with their fields in camelCase.
 * What is within a field (`events`, `metadata`, `audit`, `query`, `handoff`) has its own names and stays as it is.
 */
import type {UnknownAgentEvent} from '../../event.ts';
import {fieldNames, fitsVariant, inFormatOrder} from '../../event-shape.ts';
import {type JsonRecord, recordWithout} from '../json-shape.ts';
import {metaOf} from './message-blocks.ts';

const KINDS: readonly unknown[] = [
  'skill_activated',
  'skill_deactivated',
  'skill_scope_tools',
  'tool_search_query',
  'tool_search_result',
  'transcript_compacted',
  'handoff',
  'fs_watch',
  'worker_update',
];

/** Fields that events always have and the wire may leave out. */
const NULLS: Readonly<Record<string, JsonRecord>> = {
  transcript_compacted: {snapshot_asset_id: null},
  worker_update: {audit: null},
};

/** Undefined for another kind, and for an update that lacks what its event must have. */
export function runtimeEvent(
  session_id: string,
  update: JsonRecord,
  meta: JsonRecord,
): UnknownAgentEvent | undefined {
  const {sessionUpdate: type} = update;
  if (typeof type !== 'string' || !KINDS.includes(type)) return undefined;
  const names = fieldNames(type);
  const fields = Object.entries(recordWithout(update, ['sessionUpdate', '_meta']));
  const known = fields.filter(([key]) => names.includes(snakeCase(key)));
  const extra = Object.fromEntries(fields.filter(([key]) => !names.includes(snakeCase(key))));
  const event = {
    type,
    session_id,
    ...NULLS[type],
    ...Object.fromEntries(known.map(([key, value]) => [snakeCase(key), value])),
    ...metaOf({...meta, ...(Object.keys(extra).length > 0 && {extra})}),
  };
  return fitsVariant(event) ? {...inFormatOrder(event), type} : undefined;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
