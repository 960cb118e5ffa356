import {defineProgress} from '../progress/index.ts';

const LAST = ['last_conversation_id', 'last_message_id'] as const;
const SELECT = [...LAST, 'rows_total', 'note'] as const;
const SELECTED = [...LAST, 'conversations_in_batch', 'rows_total'] as const;
const EMBED = ['batch_index', 'batch_rows', 'rows_processed', 'rows_total', 'bytes'] as const;
const CHECKPOINT = ['rows_processed', 'rows_total', ...LAST] as const;
const PUBLISH = [...CHECKPOINT, 'note'] as const;

/**
 * The 20 events of a semantic backfill and their phases: selection of what to embed (its parts are to count and to find
 * candidates), packet replay, embedding in batches, writing to staging, saving the checkpoint, publishing. Labels are `tier` (fast, quality) and `embedder_id`. A storage
 * stall shows in staging, checkpoint and publish, a model stall in embed.
 */
export const semanticBackfill = defineProgress({
  selection_start: {phase: 'selection', sub_phase: 'start', fields: SELECT},
  selection_count_start: {phase: 'selection', sub_phase: 'start', fields: SELECT},
  selection_count_done: {phase: 'selection', sub_phase: 'done', fields: SELECTED},
  selection_candidates_start: {phase: 'selection', sub_phase: 'start', fields: SELECT},
  selection_candidates_done: {phase: 'selection', sub_phase: 'done', fields: SELECTED},
  selection_done: {phase: 'selection', sub_phase: 'done', fields: SELECTED},
  packet_replay_start: {phase: 'packet_replay', sub_phase: 'start', fields: ['conversations_in_batch']},
  packet_replay_progress: {
    phase: 'packet_replay',
    sub_phase: 'progress',
    fields: ['conversations_in_batch', 'rows_processed', 'bytes'],
  },
  packet_replay_done: {
    phase: 'packet_replay',
    sub_phase: 'done',
    fields: ['conversations_in_batch', 'rows_processed'],
  },
  embed_batch_start: {phase: 'embed', sub_phase: 'start', fields: EMBED},
  embed_batch_done: {phase: 'embed', sub_phase: 'done', fields: EMBED},
  staging_write_start: {phase: 'staging', sub_phase: 'start', fields: ['batch_rows', 'note']},
  staging_write_done: {phase: 'staging', sub_phase: 'done', fields: ['batch_rows', 'note']},
  checkpoint_save_start: {phase: 'checkpoint', sub_phase: 'start', fields: CHECKPOINT},
  checkpoint_save_done: {phase: 'checkpoint', sub_phase: 'done', fields: CHECKPOINT},
  publish_start: {phase: 'publish', sub_phase: 'start', fields: PUBLISH},
  publish_done: {phase: 'publish', sub_phase: 'done', fields: PUBLISH},
  error: {phase: 'error', sub_phase: 'error', fields: ['error', ...LAST]},
  cancelled: {phase: 'cancelled', sub_phase: 'cancelled', fields: CHECKPOINT},
  complete: {phase: 'complete', sub_phase: 'complete', fields: CHECKPOINT},
});
