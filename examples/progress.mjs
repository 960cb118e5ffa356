/**
 * Embeds some rows in batches and reports where the time goes: selecting them, the model, the storage.
 *
 *   stint run -- node examples/progress.mjs                              as a job
 *   STINT_PROGRESS_JSONL=progress.jsonl node examples/progress.mjs       by hand
 *   node examples/progress.mjs                                           reports nothing
 */
import {setTimeout as delay} from 'node:timers/promises';

import {defineProgress, openProgressSink} from 'stint/progress';

const BATCH_ROWS = 128;
const COUNTED = ['batch_index', 'batch_rows', 'rows_processed', 'rows_total'];

const definition = defineProgress({
  select_start: {phase: 'select', sub_phase: 'start'},
  select_done: {phase: 'select', sub_phase: 'done', fields: ['rows_total']},
  embed_start: {phase: 'embed', sub_phase: 'start', fields: COUNTED, expect_ms: 60_000},
  embed_done: {phase: 'embed', sub_phase: 'done', fields: COUNTED},
  store_start: {phase: 'store', sub_phase: 'start', fields: ['batch_index']},
  store_done: {phase: 'store', sub_phase: 'done', fields: ['batch_index', 'bytes']},
  complete: {phase: 'complete', sub_phase: 'complete', fields: ['rows_processed', 'rows_total']},
});

const sink = openProgressSink({labels: {tier: 'quality', embedder_id: 'example-8'}, definition});

const rows = sink.span('select', span => {
  const found = Array.from({length: 300}, (_, row) => `text ${row}`);
  span.set({rows_total: found.length});
  return found;
});

for (let from = 0; from < rows.length; from += BATCH_ROWS) {
  const batch = rows.slice(from, from + BATCH_ROWS);
  const batch_index = from / BATCH_ROWS;
  const vectors = await sink.span(
    'embed',
    async span => {
      const result = await embed(batch);
      span.set({rows_processed: from + batch.length});
      return result;
    },
    {batch_index, batch_rows: batch.length, rows_processed: from, rows_total: rows.length},
  );
  sink.span('store', span => span.set({bytes: store(vectors)}), {batch_index});
}

sink.complete({rows_processed: rows.length, rows_total: rows.length});
console.log(`${rows.length} rows`);

/** Stands for a model. */
async function embed(batch) {
  await delay(20);
  return batch.map(text => new Float32Array(8).fill(text.length));
}

/** Stands for a database; gives the bytes that were written. */
function store(vectors) {
  return vectors.reduce((sum, vector) => sum + vector.byteLength, 0);
}
