/** What somebody does to a journal's files while the job is recorded, and what stands in them at the end. */
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';

import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {readLines} from '../../../journal/index.ts';
import type {StatusRecord} from '../../domain/index.ts';
import {JobPlace} from '../testing/job-place.ts';
import {Pump} from './pump.ts';
import {SpoolRecorder} from './spool-recorder.ts';
import {SpoolTranscoder} from './transcoding/spool-transcoder.ts';

let place: JobPlace;
let recorders: SpoolRecorder[];
let told: StatusRecord[];
beforeEach(begin);
afterEach(end);

function begin(): void {
  place = new JobPlace();
  recorders = [];
  told = [];
  write('out', '');
  write('err', '');
}

function end(): void {
  for (const recorder of recorders) recorder.close();
  place.remove();
}

interface Line {
  readonly seq: number;
  readonly kind: string;
  readonly data: unknown;
}

const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  removed: path => rmSync(path),
  moved: path => renameSync(path, `${path}.moved`),
  emptied: path => truncateSync(path, 0),
  'cut in a record': path => truncateSync(path, Math.max(0, statSync(path).size - 3)),
  'replaced by a copy': path => replaceBy(path, readFileSync(path)),
  'replaced by half of it': path => replaceBy(path, readFileSync(path).subarray(0, statSync(path).size >> 1)),
  'replaced by a text': path => replaceBy(path, Buffer.from('my notes\n')),
  'replaced by a directory': path => {
    rmSync(path);
    mkdirSync(path);
  },
  'replaced by a link to where it is now': path => {
    renameSync(path, `${path}.moved`);
    symlinkSync(`${path}.moved`, path);
  },
  'appended to': path => appendFileSync(path, 'a note\n'),
  'appended to without a line end': path => appendFileSync(path, '{"seq":'),
};
const HOW = Object.keys(DAMAGES);

describe('a journal that somebody damages while its job is recorded', () => {
  it.each(HOW)('is whole again after it was %s', async how => {
    const recorder = open();
    await recorder.record({event: 'started', pid: 42}, 1000);
    write('out', 'one\ntwo\n');
    write('err', 'oh\n');
    await recorder.drain();
    await recorder.record({event: 'stalled', silent_ms: 5}, 2000);
    const before = records();
    DAMAGES[how]?.(place.path('journal'));
    write('out', 'three\n');
    await recorder.drain();
    await recorder.record({event: 'finished', exit_code: 0});
    await recorder.record({event: 'closed'});
    await recorder.secure();
    expectSame(before);
    expect(texts('stdout')).toEqual(['one', 'two', 'three']);
    expect(texts('stderr')).toEqual(['oh']);
    expect(records().at(-1)?.data).toEqual({event: 'closed'});
    expect(told.map(({data}) => data.event)).toEqual(['restored']);
    expect(recorder.close()).toBe(statSync(place.path('journal')).size);
  });

  it.each(HOW)('is whole again when it was %s after its last record, before its spool goes', async how => {
    const recorder = open();
    await recorder.record({event: 'started', pid: 42}, 1000);
    write('out', 'one\nlast');
    await recorder.drain();
    await recorder.record({event: 'finished', exit_code: 0});
    await recorder.record({event: 'closed'});
    const before = records().slice(0, -1);
    DAMAGES[how]?.(place.path('journal'));
    await recorder.secure();
    expectSame(before);
    expect(texts('stdout')).toEqual(['one', 'last']);
    expect(events()).toEqual(['started', 'finished', 'restored', 'closed']);
  });

  it('is made anew while the job prints nothing, without anybody asking', async () => {
    const recorder = open();
    await recorder.record({event: 'started', pid: 42});
    recorder.follow();
    rmSync(place.path('journal'));
    while (events().length < 2) await new Promise(setImmediate);
    expect(events()).toEqual(['started', 'restored']);
  });

  it('keeps what somebody wrote into it, outside', async () => {
    const recorder = open();
    await recorder.record({event: 'started', pid: 42});
    appendFileSync(place.path('journal'), 'a note\n');
    await recorder.record({event: 'closed'});
    await recorder.secure();
    const kept = readdirSync(place.directory).find(name => name.startsWith('output.jsonl.replaced-')) ?? '';
    expect(readFileSync(`${place.directory}/${kept}`, 'utf8')).toContain('a note\n');
    expect(readFileSync(place.path('journal'), 'utf8')).not.toContain('a note');
  });

  it('keeps what another program put in its place', async () => {
    const recorder = open();
    await recorder.record({event: 'started', pid: 42});
    replaceBy(place.path('journal'), Buffer.from('my notes\n'));
    await recorder.record({event: 'closed'});
    const kept = readdirSync(place.directory).find(name => name.startsWith('output.jsonl.replaced-')) ?? '';
    expect(readFileSync(`${place.directory}/${kept}`, 'utf8')).toBe('my notes\n');
  });

  it('says what cannot be restored, where the spool was cut as well', async () => {
    const recorder = open();
    await recorder.record({event: 'started', pid: 42});
    write('out', 'one\ntwo\n');
    await recorder.drain();
    await recorder.record({event: 'stalled', silent_ms: 5});
    truncateSync(place.path('out'), 4);
    rmSync(place.path('journal'));
    await recorder.record({event: 'finished', exit_code: 0});
    expect(events()).toEqual(['started', 'lost', 'stalled', 'restored', 'finished']);
    expect(records().map(({seq}) => seq)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(told[0]?.data).toMatchObject({
      event: 'lost',
      records: 1,
      message: expect.stringMatching(/^4 bytes/),
    });
  });

  it('that another coordinator began is made anew with the numbers that it had', async () => {
    const first = open();
    await first.record({event: 'started', pid: 42}, 1000);
    write('out', 'one\n');
    await first.drain();
    await first.record({event: 'stalled', silent_ms: 5});
    await first.record({event: 'resumed', stalled_ms: 5});
    first.close();
    const second = open({late: true, known: [{ts: 1000, data: {event: 'started', pid: 42}}]});
    await second.record({event: 'adopted', pid: 42});
    const adopted = records().at(-1);
    rmSync(place.path('journal'));
    await second.record({event: 'finished', exit_code: 0});
    expect(events()).toEqual(['started', 'lost', 'lost', 'adopted', 'restored', 'finished']);
    expect(records().find(({seq}) => seq === adopted?.seq)).toMatchObject({data: adopted?.data});
    expect(told[0]?.data).toEqual({event: 'lost', records: 1});
  });

  it('that was taken away in the presence of no coordinator is recorded from the spool', async () => {
    const first = open();
    await first.record({event: 'started', pid: 42});
    write('out', 'one\n');
    await first.drain();
    first.close();
    replaceBy(place.path('journal'), Buffer.from('{"my":"file"}\n'));
    const second = open({late: true});
    await second.drain();
    expect(records()).toMatchObject([{seq: 0, kind: 'stdout', data: 'one', late: true}]);
  });

  it('holds everything once and with its first numbers, whatever is done to it in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(actions, {maxLength: 25}),
        fc.constantFrom(1, 3),
        async (life, sampleEvery) => {
          end();
          begin();
          const recorder = open({sampleEvery});
          const seen = new Map<number, string>();
          const written = {out: [] as string[], err: [] as string[]};
          await recorder.record({event: 'started', pid: 42});
          for (const action of life) {
            if (action.kind === 'write') {
              const text = `${action.stream} ${written[action.stream].length}`;
              written[action.stream].push(text);
              write(action.stream, `${text}\n`);
              await recorder.drain();
            } else if (action.kind === 'status') {
              await recorder.record({event: 'stalled', silent_ms: action.ms});
            } else if (lstatSync(place.path('journal'), {throwIfNoEntry: false})?.isFile()) {
              for (const {seq, kind, data} of records())
                if (kind !== 'status') note(seen, seq, `${kind} ${data}`);
              DAMAGES[action.how]?.(place.path('journal'));
            }
          }
          await recorder.record({event: 'closed'});
          await recorder.secure();
          const all = records();
          for (const {seq, kind, data} of all) if (kind !== 'status') note(seen, seq, `${kind} ${data}`);
          if (sampleEvery > 1) return;
          expect(all.map(({seq}) => seq)).toEqual(all.map((_, at) => at));
          expect({out: texts('stdout'), err: texts('stderr')}).toEqual(written);
          const stalls = all.flatMap(({data}) => (data as {silent_ms?: number}).silent_ms ?? []);
          expect(stalls).toEqual(life.flatMap(action => (action.kind === 'status' ? action.ms : [])));
        },
      ),
      {numRuns: 60},
    );
  }, 30_000);
});

/** What a follower was given under a number never changes. */
function note(seen: Map<number, string>, seq: number, text: string): void {
  expect([seq, seen.get(seq) ?? text]).toEqual([seq, text]);
  seen.set(seq, text);
}

const actions = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({kind: fc.constant('write' as const), stream: fc.constantFrom('out', 'err')}),
  },
  {weight: 1, arbitrary: fc.record({kind: fc.constant('status' as const), ms: fc.nat(9)})},
  {weight: 2, arbitrary: fc.record({kind: fc.constant('damage' as const), how: fc.constantFrom(...HOW)})},
);

interface Opening {
  readonly late?: boolean;
  readonly sampleEvery?: number;
  readonly known?: StatusRecord[];
}

function open(options: Opening = {}): SpoolRecorder {
  const pump = new Pump({
    now: () => performance.now(),
    timer: () => () => undefined,
    onTrouble: error => {
      if (error !== undefined) throw error;
    },
  });
  const recorder = new SpoolRecorder({
    directory: place.directory,
    sampleEvery: 1,
    late: false,
    known: [],
    pump,
    transcoder: TRANSCODER,
    buffer: BUFFER,
    now: () => clock++,
    onOutput: () => undefined,
    onStatus: record => told.push(record),
    onAppend: () => undefined,
    ...options,
  });
  recorders.push(recorder);
  return recorder;
}

let clock = 1_767_225_600_000;
const TRANSCODER = new SpoolTranscoder();
const BUFFER = Buffer.alloc(256 * 1024);

function write(stream: 'out' | 'err', text: string): void {
  appendFileSync(place.path(stream), text, {mode: 0o600});
}

/** As an editor does, or `sed -i`. */
function replaceBy(path: string, content: Buffer): void {
  writeFileSync(`${path}.new`, content, {mode: 0o600});
  renameSync(`${path}.new`, path);
}

function records(): Line[] {
  return [...readLines(place.path('journal'))].flat().flatMap(line => {
    try {
      const record = JSON.parse(line) as Line;
      return record.seq === undefined ? [] : record;
    } catch {
      return []; // what somebody else wrote
    }
  });
}

/** Numbers, kinds and data of these records are in the journal as they were. */
function expectSame(before: readonly Line[]): void {
  const plain = ({seq, kind, data}: Line) => ({seq, kind, data});
  expect(records().slice(0, before.length).map(plain)).toEqual(before.map(plain));
}

function texts(stream: 'stdout' | 'stderr'): unknown[] {
  return records().flatMap(({kind, data}) => (kind === stream ? data : []));
}

function events(): string[] {
  return records().flatMap(({kind, data}) => (kind === 'status' ? (data as {event: string}).event : []));
}
