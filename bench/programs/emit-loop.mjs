/**
 * Reports many events to a file, in rounds, through the sink and by hand in turn. Arguments: a path, events per round,
 * rounds. Prints the nanoseconds per event of every round, and those of an inactive sink.
 */
import {closeSync, openSync, readSync, writeSync} from 'node:fs';

import {openProgressSink, semanticBackfill} from 'stint/progress';

const [path, ...numbers] = process.argv.slice(2);
const [events, rounds] = numbers.map(Number);
const labels = {tier: 'quality', embedder_id: 'minilm-384'};
const sink = openProgressSink({path: `${path}.sink`, labels, definition: semanticBackfill});
const inactive = openProgressSink({path: '', labels, definition: semanticBackfill});
const file = openSync(`${path}.hand`, 'a');
const status = openSync('/proc/self/status', 'r');
const buffer = Buffer.alloc(4096);
const startedAt = performance.now();
let seq = 0;

const told = at => ({
  batch_index: at,
  batch_rows: 128,
  rows_processed: at * 128,
  rows_total: 1e7,
  bytes: 51_200,
});

function bySink(at) {
  sink.emit('embed_batch_done', told(at));
}

function byNobody(at) {
  inactive.emit('embed_batch_done', undefined, at);
}

function byHand(at) {
  const record = {
    schema: 'stint.progress.v1',
    event: 'embed_batch_done',
    phase: 'embed',
    sub_phase: 'done',
    ts_ms: Date.now(),
    elapsed_ms: Math.round(performance.now() - startedAt),
    run_id: '0123456789abcdef',
    seq: seq++,
    pid: process.pid,
    ...labels,
    rss_mib: memory(),
    ...told(at),
  };
  writeSync(file, `${JSON.stringify(record)}\n`);
}

function memory() {
  const text = buffer.latin1Slice(0, readSync(status, buffer, 0, buffer.length, 0));
  return Math.floor(Number.parseInt(text.slice(text.indexOf('VmRSS:') + 6), 10) / 1024);
}

function perEvent(report, count) {
  const before = performance.now();
  for (let at = 0; at < count; at++) report(at);
  return ((performance.now() - before) / count) * 1e6;
}

const results = {sink: [], hand: [], inactive: []};
for (let round = -2; round < rounds; round++) {
  const turns = round % 2 === 0 ? ['sink', 'hand'] : ['hand', 'sink'];
  const ways = {sink: bySink, hand: byHand};
  for (const name of turns) {
    const took = perEvent(ways[name], events);
    if (round >= 0) results[name].push(took);
  }
  const took = perEvent(byNobody, 1_000_000);
  if (round >= 0) results.inactive.push(took);
}
sink.complete();
closeSync(file);
closeSync(status);
console.log(JSON.stringify(results));
