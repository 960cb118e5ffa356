import {describe, expect, it} from 'vitest';

import {doubtsOf, MAX_FRAME_BYTES, RecordFrame, tailOf} from './record-frame.ts';

describe('RecordFrame', () => {
  it('counts on through every carry', () => {
    const frame = new RecordFrame();
    frame.begin(0, 5, 'stdout', '');
    for (let seq = 0; seq < 12_000; seq++) {
      expect(written(frame)).toBe(`{"seq":${seq},"ts":5,"kind":"stdout","data":""}\n`);
      frame.advance();
    }
  });

  it('counts past a number that gets one more digit', () => {
    for (const nines of [9, 99_999, 999_999_999, 9_999_999_999_999]) {
      const frame = new RecordFrame();
      frame.begin(nines, 1767225600123, 'stderr', '');
      frame.advance();
      expect(JSON.parse(written(frame))).toEqual({
        seq: nines + 1,
        ts: 1767225600123,
        kind: 'stderr',
        data: '',
      });
    }
  });

  it('can begin again with shorter numbers', () => {
    const frame = new RecordFrame();
    frame.begin(123_456, 1767225600123, 'stderr', LATE);
    frame.begin(7, 8, 'stdout', '');
    expect(written(frame)).toBe('{"seq":7,"ts":8,"kind":"stdout","data":""}\n');
  });

  it('says of each record that its order is not known', () => {
    const doubts = doubtsOf({late: true, isUnordered: true});
    const frame = new RecordFrame();
    frame.begin(1, 2, 'stdout', doubts);
    const expected = '{"seq":1,"ts":2,"kind":"stdout","data":"","late":true,"order":"unknown"}\n';
    expect(written(frame)).toBe(expected);
    frame.advance();
    expect(written(frame)).toBe(expected.replace('1', '2'));
  });

  it('marks late records in its own tail as in the one with extras', () => {
    const frame = new RecordFrame();
    frame.begin(1, 2, 'stdout', LATE);
    expect(written(frame)).toBe('{"seq":1,"ts":2,"kind":"stdout","data":"","late":true}\n');
    expect(tailOf(',"partial":true', LATE)).toBe('","partial":true,"late":true}\n');
  });
});

const LATE = doubtsOf({late: true, isUnordered: false});

function written(frame: RecordFrame): string {
  const target = Buffer.alloc(MAX_FRAME_BYTES);
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  return target.toString('latin1', 0, frame.writeTail(view, frame.writeHead(view, 0)));
}
