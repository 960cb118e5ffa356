import {describe, expect, it} from 'vitest';

import {MAX_FRAME_BYTES, RecordFrame, tailOf} from './record-frame.ts';

describe('RecordFrame', () => {
  it('counts on through every carry', () => {
    const frame = new RecordFrame();
    frame.begin(0, 5, 'stdout', false);
    for (let seq = 0; seq < 12_000; seq++) {
      expect(written(frame)).toBe(`{"seq":${seq},"ts":5,"kind":"stdout","data":""}\n`);
      frame.advance();
    }
  });

  it('counts past a number that gets one more digit', () => {
    for (const nines of [9, 99_999, 999_999_999, 9_999_999_999_999]) {
      const frame = new RecordFrame();
      frame.begin(nines, 1767225600123, 'stderr', false);
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
    frame.begin(123_456, 1767225600123, 'stderr', true);
    frame.begin(7, 8, 'stdout', false);
    expect(written(frame)).toBe('{"seq":7,"ts":8,"kind":"stdout","data":""}\n');
  });

  it('marks late records in its own tail as in the one with extras', () => {
    const frame = new RecordFrame();
    frame.begin(1, 2, 'stdout', true);
    expect(written(frame)).toBe('{"seq":1,"ts":2,"kind":"stdout","data":"","late":true}\n');
    expect(tailOf(',"partial":true', true)).toBe('","partial":true,"late":true}\n');
  });
});

function written(frame: RecordFrame): string {
  const target = Buffer.alloc(MAX_FRAME_BYTES);
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  return target.toString('latin1', 0, frame.writeTail(view, frame.writeHead(view, 0)));
}
