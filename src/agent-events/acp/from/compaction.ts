/** How agents tell over ACP that they compacted their context. */
import {isCount, type Json} from '../../../base/index.ts';
import type {AgentEvent} from '../../event.ts';
import {isText, type JsonRecord} from '../json-shape.ts';
import {metaOf} from './message-blocks.ts';

/** What was not told is 0, or `unknown`, and its name stands in `_meta.unknown`. */
export function compactedEvent(session_id: string, told: JsonRecord, meta: JsonRecord): AgentEvent {
  const {trigger, preTokens, postTokens} = told;
  const unknown: Json[] = [
    ...(isText(trigger) ? [] : ['mode']),
    'archived_messages',
    ...(isCount(preTokens) ? [] : ['estimated_tokens_before']),
    ...(isCount(postTokens) ? [] : ['estimated_tokens_after']),
    'snapshot_asset_id',
  ];
  return {
    type: 'transcript_compacted',
    session_id,
    mode: isText(trigger) ? trigger : 'unknown',
    strategy: 'agent',
    archived_messages: 0,
    estimated_tokens_before: isCount(preTokens) ? preTokens : 0,
    estimated_tokens_after: isCount(postTokens) ? postTokens : 0,
    snapshot_asset_id: null,
    ...metaOf({...meta, unknown}),
  };
}
