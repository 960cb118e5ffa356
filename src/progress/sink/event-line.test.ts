import {describe, expect, it} from 'vitest';
import {PROGRESS_FIELDS, type ProgressFields} from '../record.ts';
import {MOST_TEXT, recordLine, usableLabels} from './event-line.ts';

const HEAD = {
  event: 'embed_done',
  phase: 'embed',
  sub_phase: 'done',
  ts_ms: 1_767_225_600_000,
  elapsed_ms: 5120,
  run_id: '9f2c',
  seq: 12,
  pid: 77,
} as const;

const ALL = {
  expect_ms: 9,
  waiting_on: 'w',
  error: 'e',
  bytes: 8,
  note: 'n',
  conversations_in_batch: 7,
  last_message_id: 6,
  last_conversation_id: 5,
  rows_total: 4,
  rows_processed: 3,
  batch_rows: 2,
  batch_index: 1,
} satisfies Required<ProgressFields>;

function written(fields: unknown, labels = {}): Record<string, unknown> {
  return JSON.parse(recordLine(HEAD, labels, undefined, fields as ProgressFields));
}

describe('the line of a record', () => {
  it('has the keys of the format in its order: head, labels, memory, fields', () => {
    const keys = Object.keys(JSON.parse(recordLine(HEAD, {tier: 'fast', nr: 1}, 210, ALL)));
    expect(keys).toEqual(['schema', ...Object.keys(HEAD), 'tier', 'nr', 'rss_mib', ...PROGRESS_FIELDS]);
  });

  it('is this, byte for byte', () => {
    expect(recordLine(HEAD, {tier: 'quality'}, 210, {batch_index: 3, note: 'a "b"\n'})).toBe(
      '{"schema":"stint.progress.v1","event":"embed_done","phase":"embed","sub_phase":"done","ts_ms":1767225600000,"elapsed_ms":5120,"run_id":"9f2c","seq":12,"pid":77,"tier":"quality","rss_mib":210,"batch_index":3,"note":"a \\"b\\"\\n"}',
    );
  });

  it('leaves out what is not set, and memory where it is not known', () => {
    expect(Object.keys(written({}))).toEqual(['schema', ...Object.keys(HEAD)]);
    expect(written({rows_total: 0, note: ''})).toMatchObject({rows_total: 0, note: ''});
  });

  it.each([null, undefined, Number.NaN, Number.POSITIVE_INFINITY, 5n, Symbol('s'), {}, [1], true, () => 1])(
    'leaves out a field that JSON cannot hold, and never says null: %s',
    value => {
      const record = written({rows_total: value, note: value, batch_index: 1});
      expect(Object.keys(record)).toEqual(['schema', ...Object.keys(HEAD), 'batch_index']);
    },
  );

  it('leaves out what the format does not name and what the event is not defined to tell', () => {
    const defined = {phase: 'embed', sub_phase: 'done', fields: ['bytes']} as const;
    expect(written({...ALL, other: 1})).not.toHaveProperty('other');
    const record = JSON.parse(recordLine(HEAD, {}, undefined, {bytes: 1, rows_total: 2}, defined));
    expect(record).toMatchObject({bytes: 1});
    expect(record).not.toHaveProperty('rows_total');
  });

  it('says how long its phase is expected to take, as defined unless the caller knows better', () => {
    const defined = {phase: 'embed', sub_phase: 'start', fields: [], expect_ms: 100} as const;
    expect(JSON.parse(recordLine(HEAD, {}, undefined, {}, defined)).expect_ms).toBe(100);
    expect(JSON.parse(recordLine(HEAD, {}, undefined, {expect_ms: 5}, defined)).expect_ms).toBe(5);
  });

  it('is well-formed text, whatever halves of characters it is given', () => {
    const line = recordLine({...HEAD, event: 'e\ud800'}, {tier: '\udc00x'}, undefined, {
      note: 'a\ud83d',
      error: '\\ud800 😀',
    });
    expect(line).not.toMatch(/[^\\]\\ud/);
    expect(JSON.parse(line)).toMatchObject({
      event: 'e\ufffd',
      tier: '\ufffdx',
      note: 'a\ufffd',
      error: '\\ud800 😀',
    });
  });

  it('cuts a text that is too long for a line that everybody reads', () => {
    const {note} = written({note: 'x'.repeat(2_000_000)}) as {note: string};
    expect(note.length).toBe(MOST_TEXT);
    expect(note.endsWith('x…')).toBe(true);
  });
});

describe('labels', () => {
  it('are text, finite numbers and booleans', () => {
    const given = {a: 'x', b: 1, c: false, d: null, e: Number.NaN, f: 1n, g: {}, h: undefined};
    expect(usableLabels(given as never)).toEqual({a: 'x', b: 1, c: false});
  });

  it('never take the place of a key of the format', () => {
    expect(usableLabels({event: 'x', seq: 5, rss_mib: 1, note: 'n', tier: 'fast'})).toEqual({tier: 'fast'});
  });
});
