import fc from 'fast-check';
import {expect, test} from 'vitest';

import {labelsOf} from './analysis/run-labels.ts';
import {parseProgressLine} from './record.ts';

const LINE = '{"event":"e","phase":"p","sub_phase":"progress","ts_ms":1';

test('reads a record behind a byte order mark', () => {
  expect(parseProgressLine(`\ufeff${LINE}}`)).toMatchObject({event: 'e', phase: 'p'});
});

test('reads half a surrogate pair as U+FFFD, in names as well', () => {
  const record = parseProgressLine(
    `${LINE.replace('"p"', '"\\ud83d p"')},"\\udc00":"x\\uD800","ok":"\\ud83d\\ude00"}`,
  );
  expect(record).toMatchObject({phase: '\ufffd p', '\ufffd': 'x\ufffd', ok: '😀'});
});

test.each(['-1', '1e308', '1e999', '9007199254740993', '"5"', 'null', '[1]', '{}', 'true'])(
  'leaves out a counter that is %s, and a length of time',
  value => {
    const keys = ['rows_total', 'rows_processed', 'batch_rows', 'bytes', 'seq', 'elapsed_ms', 'expect_ms'];
    const told = keys.map(key => `"${key}":${value}`).join(',');
    expect(parseProgressLine(`${LINE},${told},"batch_index":3}`)).toEqual({
      event: 'e',
      phase: 'p',
      sub_phase: 'progress',
      ts_ms: 1,
      batch_index: 3,
    });
  },
);

test('takes no length of time of over a hundred years', () => {
  expect(parseProgressLine(`${LINE},"elapsed_ms":4e12,"expect_ms":5}`)).toMatchObject({expect_ms: 5});
  expect(parseProgressLine(`${LINE},"elapsed_ms":4e12}`)).not.toHaveProperty('elapsed_ms');
});

test('never throws, whatever the line is', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map(text => `{"event":${text}`),
      ),
      line => {
        parseProgressLine(line);
      },
    ),
  );
  expect(parseProgressLine('['.repeat(200_000))).toBeUndefined();
});

test('takes no number for a label that JSON cannot hold', () => {
  const record = parseProgressLine(`${LINE},"far":1e400,"near":1e300}`);
  expect(record && labelsOf(record)).toEqual({near: 1e300});
});
