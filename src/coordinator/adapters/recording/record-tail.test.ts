import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type RecordingPosition, recordingPosition} from './record-tail.ts';
import {type SpoolStream, SpoolTranscoder} from './transcoding/spool-transcoder.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-tail-'));
});
afterEach(() => rmSync(directory, {recursive: true, force: true}));

describe('recordingPosition', () => {
  it.each([1, 2, 3, 5])(
    'is the same whichever record a torn write ended with, keeping 1 of %i',
    sampleEvery => {
      const spools = {stdout: lines('o', 9), stderr: lines('e', 4)};
      // stderr first, then stdout: with sampling the first batch may leave no trace at all in the journal
      const {journal, behind} = recorded(spools, sampleEvery);
      for (let count = 1; count <= journal.length; count++) {
        const found = positionAfter(journal.slice(0, count), spools);
        expect({count, ...found}).toEqual({count, ...behind[count - 1]});
      }
    },
  );
});

interface Spools {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** The lines of the journal, and behind each where recording would go on. */
function recorded({stdout, stderr}: Spools, sampleEvery: number) {
  const transcoder = new SpoolTranscoder();
  const journal = ['{"seq":0,"ts":1,"kind":"status","data":{"event":"started","pid":1},"spool":[0,0]}'];
  const behind: RecordingPosition[] = [{seq: 1, out: 0, err: 0}];
  const offsets = {out: 0, err: 0};
  let seq = 1;
  for (const [stream, chunk] of [
    ['stderr', stderr],
    ['stdout', stdout],
  ] as const) {
    const key = stream === 'stdout' ? 'out' : 'err';
    const {length} = chunk;
    const {bytes, consumed, ...after} = transcoder.transcode({
      ...{
        chunk,
        length,
        stream,
        offsets,
        seq,
        ts: 1,
        late: false,
        sampleEvery,
        atEnd: false,
        isUnordered: false,
        behind: 0,
      },
    });
    for (const line of transcoder.output.toString('utf8', 0, bytes).split('\n').slice(0, -1)) {
      const number = (JSON.parse(line) as {seq: number}).seq;
      journal.push(line);
      behind.push({seq: number + 1, ...offsets, [key]: (number - seq + 1) * LINE_BYTES});
    }
    offsets[key] += consumed;
    seq = after.seq;
  }
  return {journal, behind};
}

function positionAfter(journal: readonly string[], spools: Spools): RecordingPosition {
  const path = join(directory, 'output.jsonl');
  writeFileSync(path, `${journal.join('\n')}\n`, {mode: 0o600});
  const read = (stream: SpoolStream, buffer: Buffer, offset: number) =>
    spools[stream].copy(buffer, 0, offset);
  return recordingPosition(path, journal.at(-1), read, Buffer.alloc(1024));
}

const LINE_BYTES = 3;

function lines(letter: string, count: number): Buffer {
  return Buffer.from(Array.from({length: count}, (_, index) => `${letter}${index}\n`).join(''));
}
