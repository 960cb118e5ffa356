/** Every row of the format's table of the semantic backfill: an event, its phase, its transition, what it may tell. */
import {readFileSync} from 'node:fs';
import {platform} from 'node:os';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../platform/testing/temporary-directory.ts';
import {PROGRESS_FIELDS, type ProgressFields} from '../progress/record.ts';
import {openProgressSink} from '../progress/sink/open-sink.ts';
import type {ProgressSink} from '../progress/sink/sink.ts';
import {semanticBackfill} from './index.ts';

let directory: TemporaryDirectory;
let path: string;
beforeEach(() => {
  directory = temporaryDirectory();
  path = directory.at('progress.jsonl');
});
afterEach(() => directory.remove());

const EVENTS: readonly [event: string, phase: string, sub_phase: string, fields: string][] = [
  ['selection_start', 'selection', 'start', 'rows_total last_conversation_id last_message_id note'],
  ...['selection_count', 'selection_candidates'].flatMap((part): [string, string, string, string][] => [
    [`${part}_start`, 'selection', 'start', 'rows_total last_conversation_id last_message_id note'],
    [
      `${part}_done`,
      'selection',
      'done',
      'rows_total last_conversation_id last_message_id conversations_in_batch',
    ],
  ]),
  [
    'selection_done',
    'selection',
    'done',
    'rows_total last_conversation_id last_message_id conversations_in_batch',
  ],
  ['packet_replay_start', 'packet_replay', 'start', 'conversations_in_batch'],
  ['packet_replay_progress', 'packet_replay', 'progress', 'rows_processed conversations_in_batch bytes'],
  ['packet_replay_done', 'packet_replay', 'done', 'rows_processed conversations_in_batch'],
  ['embed_batch_start', 'embed', 'start', 'batch_index batch_rows rows_processed rows_total bytes'],
  ['embed_batch_done', 'embed', 'done', 'batch_index batch_rows rows_processed rows_total bytes'],
  ['staging_write_start', 'staging', 'start', 'batch_rows note'],
  ['staging_write_done', 'staging', 'done', 'batch_rows note'],
  [
    'checkpoint_save_start',
    'checkpoint',
    'start',
    'rows_processed rows_total last_conversation_id last_message_id',
  ],
  [
    'checkpoint_save_done',
    'checkpoint',
    'done',
    'rows_processed rows_total last_conversation_id last_message_id',
  ],
  [
    'publish_start',
    'publish',
    'start',
    'rows_processed rows_total last_conversation_id last_message_id note',
  ],
  ['publish_done', 'publish', 'done', 'rows_processed rows_total last_conversation_id last_message_id note'],
  ['error', 'error', 'error', 'last_conversation_id last_message_id error'],
  ['cancelled', 'cancelled', 'cancelled', 'rows_processed rows_total last_conversation_id last_message_id'],
  ['complete', 'complete', 'complete', 'rows_processed rows_total last_conversation_id last_message_id'],
];

const TEXTS = new Set<string>(['note', 'error', 'waiting_on']);
/** Every field of the format, each with a value of its own; `expect_ms` belongs to no event here. */
const ALL: Record<string, number | string> = Object.fromEntries(
  PROGRESS_FIELDS.filter(field => field !== 'expect_ms').map((field, at) => [
    field,
    TEXTS.has(field) ? `${field}!` : at + 1,
  ]),
);

const HEAD = ['schema', 'event', 'phase', 'sub_phase', 'ts_ms', 'elapsed_ms', 'run_id', 'seq', 'pid'];
const LABELS = {tier: 'quality', embedder_id: 'minilm-384'};
const MEMORY = platform() === 'linux' ? ['rss_mib'] : [];

function open(): ProgressSink<typeof semanticBackfill> {
  return openProgressSink({path, labels: LABELS, definition: semanticBackfill});
}

function records(): Record<string, unknown>[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  expect(lines.pop()).toBe('');
  return lines.map(line => JSON.parse(line));
}

/** As a caller without a compiler would. */
function emit(event: string, fields?: ProgressFields | Record<string, unknown>): void {
  const sink = open();
  (sink.emit as (event: string, fields?: unknown) => void)(event, fields);
  if (sink.isActive) sink.complete();
}

it('has these 20 events', () => {
  expect(Object.keys(semanticBackfill)).toEqual(EVENTS.map(([event]) => event));
});

it.each(EVENTS)(
  '%s tells its phase and transition and nothing else, when nothing else is known',
  (...row) => {
    const [event, phase, sub_phase] = row;
    const before = Date.now();
    emit(event);
    const [record = {}] = records();
    expect(Object.keys(record)).toEqual([...HEAD, ...Object.keys(LABELS), ...MEMORY]);
    expect(record).toMatchObject({schema: 'stint.progress.v1', event, phase, sub_phase, ...LABELS});
    expect(record).toMatchObject({seq: 0, pid: process.pid, run_id: expect.stringMatching(/^[0-9a-f]{16}$/)});
    expect(record.ts_ms).toBeGreaterThanOrEqual(before);
    expect(record.ts_ms).toBeLessThanOrEqual(Date.now());
    expect(record.elapsed_ms).toBeGreaterThanOrEqual(0);
  },
);

it.each(EVENTS)('%s tells what it is defined to tell, in the order of the format', (...row) => {
  const [event, , , fields] = row;
  emit(event, ALL);
  const [record = {}] = records();
  expect(Object.keys(record)).toEqual([...HEAD, ...Object.keys(LABELS), ...MEMORY, ...fields.split(' ')]);
  for (const field of fields.split(' ')) expect(record[field]).toBe(ALL[field]);
});

it('reports a whole run in order, numbered from 0, by one clock', () => {
  const sink = open();
  for (const [event] of EVENTS) {
    const name = event as keyof typeof semanticBackfill;
    if (!['error', 'cancelled'].includes(name)) sink.emit(name);
  }
  expect(sink.isActive).toBe(false);
  const all = records();
  expect(all.map(({event}) => event)).toEqual(
    EVENTS.map(([event]) => event).filter(event => event !== 'error' && event !== 'cancelled'),
  );
  expect(all.map(({seq}) => seq)).toEqual(all.map((_, at) => at));
  expect(new Set(all.map(({run_id}) => run_id)).size).toBe(1);
  const elapsed = all.map(({elapsed_ms}) => Number(elapsed_ms));
  expect(elapsed).toEqual([...elapsed].sort((a, b) => a - b));
  if (MEMORY.length > 0) expect(all.every(({rss_mib}) => Number.isInteger(rss_mib))).toBe(true);
});
