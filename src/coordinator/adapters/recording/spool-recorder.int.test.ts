import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {JOB_FILES} from '../directory/job-paths.ts';
import {Pump} from './pump.ts';
import {SpoolRecorder} from './spool-recorder.ts';
import {SpoolTranscoder} from './transcoding/spool-transcoder.ts';

type Stream = 'stdout' | 'stderr';

interface Line {
  readonly seq: number;
  readonly kind: Stream | 'status';
  readonly data: unknown;
  readonly partial?: true;
  readonly enc?: 'base64';
  readonly order?: 'unknown';
  readonly spool?: readonly [number, number];
}

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-recorder-'));
});
afterEach(() => rmSync(directory, {recursive: true, force: true}));

describe('a recorder whose coordinator was killed while it wrote', () => {
  const OUT = Buffer.concat([
    Buffer.from('plain\n\nquoted "\\ \t\né💥\nbytes '),
    Buffer.from([0xff, 0xfe, 0x0a]),
    Buffer.from('six\r\nseven\nlast'),
  ]);
  const ERR = Buffer.from('error 1\r\nerror 2\nerror 3\n');

  it.each([1, 2, 3])(
    'goes on exactly once from every byte of its journal, sampling 1 of %i',
    async sampleEvery => {
      emptySpools();
      write('stdout', sampleEvery === 1 ? OUT : OUT.subarray(0, OUT.lastIndexOf('\n') + 1));
      write('stderr', ERR);
      const whole = await recordToTheEnd(sampleEvery);
      for (let cut = whole.length; cut >= 0; cut--) {
        writeFileSync(journal(), whole.subarray(0, cut));
        const again = await recordToTheEnd(sampleEvery);
        if (sampleEvery === 1) expect({cut, lines: contentOf(again)}).toEqual({cut, lines: contentOf(whole)});
        expectAllOfBothSpools(sampleEvery, `cut at ${cut}`);
      }
    },
    60_000,
  );

  it('finds its place among the pieces of a line of several hundred kilobytes', async () => {
    emptySpools();
    write('stdout', Buffer.from(`first\n${'x'.repeat(65_535)}é${'y'.repeat(200_000)}\nlast`));
    const whole = await recordToTheEnd(1);
    const behindLines = [...whole].flatMap((byte, at) => (byte === 0x0a ? [at, at + 1, at + 2] : []));
    for (const cut of behindLines) {
      writeFileSync(journal(), whole.subarray(0, cut));
      expect({cut, lines: contentOf(await recordToTheEnd(1))}).toEqual({cut, lines: contentOf(whole)});
    }
  }, 60_000);

  it('is not confused when a second write is torn before the first one was made up for', async () => {
    emptySpools();
    write('stderr', Buffer.from('e0\ne1\ne2\n'));
    await recordToTheEnd(1);
    truncateSync(journal(), readFileSync(journal()).indexOf('"e2"')); // e0 and e1 are in, without offsets
    write('stdout', Buffer.from('o0\no1\no2\no3\n'));
    const recorder = open(1);
    await recorder.drain();
    recorder.close();
    truncateSync(journal(), readFileSync(journal()).indexOf('"o3"')); // and o0 to o2 behind them
    await recordToTheEnd(1);
    expectAllOfBothSpools(1, 'torn twice');
  });

  it('loses and doubles nothing, however often it is killed while both streams grow', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(actions, {minLength: 2, maxLength: 20}),
        sampling,
        async (life, sampleEvery) => {
          const written = emptySpools();
          let recorder = open(sampleEvery);
          let before = 0;
          for (const action of life) {
            if (action.kind === 'write') {
              const text = Array.from({length: action.lines}, (_, at) => `${written.count + at}\n`).join('');
              written.count += action.lines;
              write(action.stream, Buffer.from(text + (sampleEvery === 1 ? action.rest : '')));
            } else if (action.kind === 'drain') {
              before = sizeOf(journal());
              await recorder.drain();
            } else {
              recorder.close();
              const size = sizeOf(journal());
              if (size > before) truncateSync(journal(), size - Math.floor(action.depth * (size - before)));
              recorder = open(sampleEvery);
              if (action.adopts) await recorder.record({event: 'adopted', pid: 1});
            }
          }
          recorder.close();
          await recordToTheEnd(sampleEvery);
          expectAllOfBothSpools(sampleEvery, 'at the end');
        },
      ),
      {numRuns: 600},
    );
  }, 60_000);
});

const sampling = fc.constantFrom(1, 1, 2, 5);
const actions = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      stream: fc.constantFrom<Stream>('stdout', 'stderr'),
      lines: fc.nat({max: 6}),
      /** The beginning of a line that the next write goes on with. */
      rest: fc.constantFrom('', '', 'torn '),
    }),
  },
  {weight: 2, arbitrary: fc.constant({kind: 'drain' as const})},
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('kill' as const),
      /** How much of what the last drain wrote is lost. */
      depth: fc.double({min: 0, max: 1, noNaN: true}),
      adopts: fc.boolean(),
    }),
  },
);

/** What a coordinator does that finds the job ended: all of its output, then a last status. Answers the journal. */
async function recordToTheEnd(sampleEvery: number): Promise<Buffer> {
  const recorder = open(sampleEvery);
  await recorder.drain();
  await recorder.record({event: 'closed'});
  recorder.close();
  return readFileSync(journal());
}

function open(sampleEvery: number): SpoolRecorder {
  const timer = () => () => undefined;
  const pump = new Pump({now: () => performance.now(), timer, onTrouble: report});
  return new SpoolRecorder({
    directory,
    sampleEvery,
    late: false,
    pump,
    transcoder: TRANSCODER,
    buffer: BUFFER,
    now: () => 1767225600000,
    onOutput: () => undefined,
    known: [],
    onStatus: () => undefined,
    onAppend: () => undefined,
  });
}

const TRANSCODER = new SpoolTranscoder();
const BUFFER = Buffer.alloc(256 * 1024);

function report(error: unknown): void {
  if (error !== undefined) throw error;
}

function emptySpools(): {count: number} {
  for (const name of [JOB_FILES.out, JOB_FILES.err]) writeFileSync(join(directory, name), '', {mode: 0o600});
  rmSync(journal(), {force: true});
  return {count: 0};
}

function write(stream: Stream, bytes: Buffer): void {
  appendFileSync(spool(stream), bytes);
}

function spool(stream: Stream): string {
  return join(directory, stream === 'stdout' ? JOB_FILES.out : JOB_FILES.err);
}

function journal(): string {
  return join(directory, JOB_FILES.journal);
}

function sizeOf(path: string): number {
  return statSync(path, {throwIfNoEntry: false})?.size ?? 0;
}

function linesOf(bytes: Buffer): Line[] {
  const text = bytes.toString();
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as Line);
}

/** The output's records, without what a restart may change: numbers behind more statuses, and where offsets stand. */
/** Whether the order is known depends on what is left to record. */
function contentOf(bytes: Buffer): Omit<Line, 'seq' | 'spool' | 'order'>[] {
  return linesOf(bytes).flatMap(({seq: _, spool: __, order: ___, ...rest}) =>
    rest.kind === 'status' ? [] : rest,
  );
}

/** Every line of both spools was recorded once and in order; when sampled: was counted once, and kept where the number says so. */
function expectAllOfBothSpools(sampleEvery: number, when: string): void {
  const lines = linesOf(readFileSync(journal()));
  const spools = {stdout: readFileSync(spool('stdout')), stderr: readFileSync(spool('stderr'))};
  if (sampleEvery > 1) {
    expectSampled(lines, spools, sampleEvery, when);
    return;
  }
  expect({when, seqs: lines.map(({seq}) => seq)}).toEqual({when, seqs: lines.map((_, at) => at)});
  for (const stream of ['stdout', 'stderr'] as const) {
    const text = Buffer.concat(lines.filter(({kind}) => kind === stream).map(bytesOf));
    expect({when, stream, text: text.toString()}).toEqual({
      when,
      stream,
      text: withoutCr(spools[stream]),
    });
  }
}

function withoutCr(bytes: Buffer): string {
  return bytes.toString().replaceAll('\r\n', '\n');
}

function expectSampled(
  lines: readonly Line[],
  spools: Record<Stream, Buffer>,
  sampleEvery: number,
  when: string,
): void {
  let last = {seq: -1, out: 0, err: 0};
  for (const line of lines) {
    const [out = -1, err = -1] = line.spool ?? [];
    const passed = newlines(spools.stdout, last.out, out) + newlines(spools.stderr, last.err, err);
    const own = line.kind === 'status' ? 1 : 0;
    expect({when, line, seq: last.seq + passed + own}).toEqual({when, line, seq: line.seq});
    if (line.kind !== 'status') {
      expect({when, line, rest: line.seq % sampleEvery}).toEqual({when, line, rest: 0});
      const before = spools[line.kind].subarray(0, line.kind === 'stdout' ? out : err).toString('latin1');
      expect(withoutCr(Buffer.from(before, 'latin1'))).toSatisfy((text: string) =>
        text.endsWith(bytesOf(line).toString()),
      );
    }
    last = {seq: line.seq, out, err};
  }
  expect({when, ...last}).toMatchObject({when, out: spools.stdout.length, err: spools.stderr.length});
}

function newlines(bytes: Buffer, from: number, to: number): number {
  expect(to).toBeGreaterThanOrEqual(from);
  return bytes.subarray(from, to).filter(byte => byte === 0x0a).length;
}

function bytesOf({data, enc, partial}: Line): Buffer {
  const bytes = Buffer.from(String(data), enc ?? 'utf8');
  return partial ? bytes : Buffer.concat([bytes, Buffer.from('\n')]);
}
