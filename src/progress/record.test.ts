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

test('takes no number for a label that JSON cannot hold', () => {
  const record = parseProgressLine(`${LINE},"far":1e400,"near":1e300}`);
  expect(record && labelsOf(record)).toEqual({near: 1e300});
});
