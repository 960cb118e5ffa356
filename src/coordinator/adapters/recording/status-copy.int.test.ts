/** The status records of a long journal in a file of their own: what that tells when the journal, or it, is not whole. */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';

import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {DEFAULT_SEGMENT_BYTES, listSegments, readLines, segmentPath} from '../../../journal/index.ts';
import {type JobState, nextState, type StatusEvent, type StatusRecord} from '../../domain/index.ts';
import {foldJournal} from '../directory/journal-state.ts';
import {copiedStatus, statusLinesIn} from '../directory/status-lines.ts';
import {JobPlace} from '../testing/job-place.ts';
import {Pump} from './pump.ts';
import {SpoolRecorder} from './spool-recorder.ts';
import {SpoolTranscoder} from './transcoding/spool-transcoder.ts';

let place: JobPlace;
let journal: string;
let recorders: SpoolRecorder[];
let told: StatusRecord[];
beforeEach(begin);
afterEach(end);

function begin(): void {
  place = new JobPlace();
  journal = place.path('journal');
  recorders = [];
  told = [];
  write('out', '');
  write('err', '');
}

function end(): void {
  for (const recorder of recorders) recorder.close();
  place.remove();
}

const STARTED = {event: 'started', pid: 42} as const;
const SEGMENT_BYTES = 400;

describe('the status records of a journal', () => {
  it('have no file of their own while it is short', async () => {
    const recorder = open({segmentBytes: DEFAULT_SEGMENT_BYTES});
    await recorder.record(STARTED);
    await printed(recorder, 1000);
    await recorder.record({event: 'closed'});
    await recorder.secure();
    expect(readdirSync(place.directory).sort()).toEqual(['err', 'out', 'output.jsonl', 'spec.json']);
  });

  it('have one from 2 MiB on, made with the write behind them', async () => {
    const recorder = open({segmentBytes: DEFAULT_SEGMENT_BYTES});
    await recorder.record(STARTED);
    write('out', `${'x'.repeat(1000)}\n`.repeat(2000));
    await recorder.drain();
    expect(existsSync(place.path('status'))).toBe(false);
    await recorder.record({event: 'stalled', silent_ms: 1});
    write('out', `${'x'.repeat(1000)}\n`.repeat(300));
    await recorder.drain();
    await printed(recorder, 1);
    expectCopied(['started', 'stalled']);
    await recorder.record({event: 'closed'});
    expectCopied(['started', 'stalled', 'closed']);
    expect(statSync(place.path('status')).mode & 0o777).toBe(0o600);
  });

  it('have one before the journal has a second file', async () => {
    const recorder = open();
    await recorder.record(STARTED);
    while (listSegments(journal).length < 2) await printed(recorder, 1);
    expectCopied(['started']);
  });

  it('tell the same with any segments gone but the newest, whatever happened', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(actions, {maxLength: 30}),
        fc.infiniteStream(fc.boolean()),
        async (life, gone) => {
          end();
          begin();
          await live(life);
          const segments = listSegments(journal);
          const whole = wholeState();
          const bytes = () =>
            listSegments(journal).reduce((sum, at) => sum + statSync(segmentPath(journal, at)).size, 0);
          for (const segment of segments.slice(0, -1))
            if (gone.next().value) rmSync(segmentPath(journal, segment));
          for (const extent of ['first-record', 'whole'] as const)
            if (segments.length > 1)
              expect(foldJournal(journal, extent)).toEqual({state: whole, bytes: bytes()});
          expect(foldJournal(journal, 'whole')?.state ?? {status: 'queued'}).toEqual(whole);
        },
      ),
      {numRuns: 60},
    );
  }, 60_000);

  it('are put back into a journal that lost any of its files while nobody looked, with their numbers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(actions, {maxLength: 30}),
        fc.infiniteStream(fc.boolean()),
        async (life, gone) => {
          end();
          begin();
          await live(life);
          const before = statusTexts();
          const isCopied = existsSync(place.path('status'));
          for (const segment of listSegments(journal))
            if (gone.next().value) rmSync(segmentPath(journal, segment));
          const recorder = open({late: true});
          await recorder.drain();
          recorder.close();
          if (!isCopied) return;
          expect(statusTexts().filter(text => !text.includes('"restored"'))).toEqual(before);
          expectCopied(statusEvents());
          expectNumbered();
        },
      ),
      {numRuns: 40},
    );
  }, 60_000);
});

/** Each point of the table "killed after" in ARCHITECTURE.md. */
describe('a coordinator that is killed while it keeps the copy', () => {
  const STALLED = {event: 'stalled', silent_ms: 7} as const;

  it('before the first copy is in place leaves a journal that is read, and the next one makes it', async () => {
    await twoSegments();
    rmSync(place.path('status'));
    writeFileSync(`${place.path('status')}.new`, '{"seq":0,"ts', {mode: 0o600});
    expect(foldJournal(journal, 'whole')?.state).toMatchObject({status: 'running', pid: 42});
    const next = open({late: true});
    await next.record({event: 'adopted', pid: 42});
    expectCopied(['started', 'adopted']);
    expect(existsSync(`${place.path('status')}.new`)).toBe(false);
  });

  it('before a record is in the copy leaves none of it', async () => {
    await twoSegments();
    writeFileSync(`${place.path('status')}.new`, `${place.read('status')}{"seq":`, {mode: 0o600});
    expect(foldJournal(journal, 'whole')?.state).not.toHaveProperty('stalled');
    await open({late: true}).record(STALLED);
    expectCopied(['started', 'stalled']);
  });

  it.each([STALLED, {event: 'finished', exit_code: 3}, {event: 'closed'}] as const)(
    'before %o, which the copy has, is in the journal lets it count, and the next one puts it there',
    async event => {
      const recorder = await twoSegments();
      const size = sizeOfLast();
      await recorder.record(event);
      recorder.close();
      const whole = readFileSync(lastSegment());
      const state = wholeState();
      truncateSync(lastSegment(), size);
      expect(foldJournal(journal, 'whole')?.state).toEqual(state);
      const next = open({late: true});
      await next.secure();
      expect(readFileSync(lastSegment())).toEqual(whole);
      expectCopied(['started', event.event]);
      expect(told).toEqual([]);
    },
  );

  it('in the middle of that write leaves half a record, which is cut', async () => {
    const recorder = await twoSegments();
    await recorder.record(STALLED);
    recorder.close();
    const whole = readFileSync(lastSegment());
    truncateSync(lastSegment(), whole.length - 5);
    await open({late: true}).secure();
    expect(readFileSync(lastSegment())).toEqual(whole);
  });

  it('while it makes a journal anew leaves a copy with all records', async () => {
    const recorder = await twoSegments();
    await recorder.record(STALLED);
    recorder.close();
    const state = wholeState();
    rmSync(segmentPath(journal, 1));
    truncateSync(journal, readFileSync(journal).indexOf('\n') + 1);
    expect(foldJournal(journal, 'whole')?.state).toEqual(state);
    const next = open({late: true});
    await next.record({event: 'finished', exit_code: 3});
    expect(statusEvents()).toEqual(['started', 'stalled', 'restored', 'finished']);
    expectNumbered();
  });
});

describe('a disk that refuses', () => {
  it.each([
    ['the copy', () => `${place.path('status')}.new`, ['started']],
    [
      'the journal behind it',
      () => segmentPath(journal, listSegments(journal).length),
      ['started', 'finished'],
    ],
  ] as const)('%s holds the record up, which is in both once later', async (_, refused, copied) => {
    const {pump, trouble, retry} = patientPump();
    const recorder = await twoSegments(pump);
    while (statSync(lastSegment()).size < SEGMENT_BYTES) await printed(recorder, 1);
    const obstacle = refused();
    mkdirSync(obstacle);
    const recorded = recorder.record({event: 'finished', exit_code: 3});
    await vi.waitUntil(() => trouble.length > 0);
    rmSync(obstacle, {recursive: true});
    expect(statusEvents()).toEqual(['started']);
    expect(copiedStatus(journal).map(({event}) => event?.event)).toEqual(copied);
    retry();
    await recorded;
    expectCopied(['started', 'finished']);
    expectNumbered();
  });
});

describe('a copy that is not as it should be', () => {
  const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
    removed: path => rmSync(path),
    emptied: path => truncateSync(path, 0),
    cut: path => truncateSync(path, statSync(path).size - 3),
    'appended to': path => appendFileSync(path, 'a note\n'),
    'replaced by a text': path => writeFileSync(path, 'my notes\n'),
    'replaced by a directory': path => {
      rmSync(path);
      mkdirSync(path);
    },
  };
  const HOW = Object.keys(DAMAGES);

  it.each(HOW)('because it was %s is no harm, and is made anew with the next record', async how => {
    const recorder = await twoSegments();
    DAMAGES[how]?.(place.path('status'));
    expect(foldJournal(journal, 'whole')?.state).toEqual(wholeState());
    await recorder.record({event: 'finished', exit_code: 3});
    expectCopied(['started', 'finished']);
    expectKept(how);
  });

  it.each(HOW)('because it was %s after the last record is made anew before the spool goes', async how => {
    const recorder = await twoSegments();
    await recorder.record({event: 'closed'});
    DAMAGES[how]?.(place.path('status'));
    expect(foldJournal(journal, 'whole')?.state).toEqual(wholeState());
    await recorder.secure();
    expectCopied(['started', 'closed']);
    expect(told).toEqual([]);
  });

  it.each(HOW)('because it was %s while no coordinator ran is made anew by the next one', async how => {
    const recorder = await twoSegments();
    await recorder.record({event: 'finished', exit_code: 3});
    recorder.close();
    DAMAGES[how]?.(place.path('status'));
    expect(foldJournal(journal, 'whole')?.state).toEqual(wholeState());
    await open({late: true}).record({event: 'closed'});
    expectCopied(['started', 'finished', 'closed']);
    expectKept(how);
  });

  it('lacks what a coordinator of an earlier version recorded, and the journal tells', async () => {
    const recorder = await twoSegments();
    recorder.close();
    const copy = place.read('status');
    const other = open({late: true});
    await other.record({event: 'cancelling', grace_ms: 5});
    await other.record({event: 'finished', exit_code: 0});
    other.close();
    place.write('status', copy);
    expect(foldJournal(journal, 'whole')?.state).toMatchObject({
      status: 'completed',
      killAt: expect.any(Number),
    });
    await open({late: true}).record({event: 'closed'});
    expectCopied(['started', 'cancelling', 'finished', 'closed']);
  });

  it('and is gone with a file from the middle of the journal leaves what the others tell', async () => {
    const recorder = await twoSegments();
    while (listSegments(journal).length < 4) await printed(recorder, 1);
    await recorder.record({event: 'finished', exit_code: 3});
    await recorder.record({event: 'closed'});
    const whole = wholeState();
    rmSync(place.path('status'));
    rmSync(segmentPath(journal, 1));
    expect(foldJournal(journal, 'whole')?.state).toEqual(whole);
  });

  it('and may be used by others is refused, as any file of the job', async () => {
    await twoSegments();
    chmodSync(place.path('status'), 0o644);
    expect(() => foldJournal(journal, 'whole')).toThrow(
      expect.objectContaining({code: 'PERMISSIONS_TOO_OPEN'}),
    );
  });

  it('cannot be forged by a record that this version does not know', async () => {
    await twoSegments();
    const {state} = foldJournal(journal, 'whole') ?? {};
    appendFileSync(
      place.path('status'),
      '{"seq":900,"ts":5,"kind":"status","data":{"event":"paused"},"spool":[0,0]}\n',
    );
    expect(foldJournal(journal, 'whole')?.state).toEqual(state);
  });

  function expectKept(how: string): void {
    const kept = readdirSync(place.directory).filter(name => name.startsWith('status.jsonl.replaced-'));
    expect(kept).toHaveLength(how.startsWith('replaced') ? 1 : 0);
  }
});

describe('the state of a job with a journal of 1 GB', () => {
  /** What this process has read so far, from the page cache too. */
  const bytesRead = () => Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);

  it.runIf(process.platform === 'linux').each([
    ['that lives', 'first-record', []],
    ['that is to be ended', 'whole', [{event: 'cancelling', grace_ms: 5}]],
    ['that is closed', 'whole', [{event: 'finished', exit_code: 3}, {event: 'closed'}]],
  ] as const)('%s is read from less than 128 KiB', async (_, extent, events) => {
    const recorder = await twoSegments();
    for (const event of events) await recorder.record(event);
    recorder.close();
    const [last = 0] = listSegments(journal).slice(-1);
    for (let segment = 0; segment < last; segment++) {
      truncateSync(segmentPath(journal, segment), 2 ** 30 / last);
      appendFileSync(segmentPath(journal, segment), '\n');
    }
    const before = bytesRead();
    const folded = foldJournal(journal, extent);
    const read = bytesRead() - before;
    expect(folded?.bytes).toBeGreaterThan(2 ** 30);
    expect(folded?.state.status).toBe({0: 'running', 1: 'cancelling', 2: 'failed'}[events.length]);
    expect(read).toBeLessThan(128 * 1024);
  });
});

type Action =
  | {readonly kind: 'write'; readonly stream: 'out' | 'err'; readonly lines: number}
  | {readonly kind: 'status'; readonly event: StatusEvent}
  | {readonly kind: 'kill'; readonly of: 'nothing' | 'last record' | 'half a record'};

const actions: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      stream: fc.constantFrom('out' as const, 'err' as const),
      lines: fc.integer({min: 1, max: 8}),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('status' as const),
      event: fc.oneof(
        fc.nat(99).map(silent_ms => ({event: 'stalled' as const, silent_ms})),
        fc.nat(99).map(stalled_ms => ({event: 'resumed' as const, stalled_ms})),
        fc.nat(99).map(grace_ms => ({event: 'cancelling' as const, grace_ms})),
        fc.constant({event: 'signaled' as const, signal: 'SIGTERM'} as StatusEvent),
        fc.nat(3).map(exit_code => ({event: 'finished' as const, exit_code})),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('kill' as const),
      of: fc.constantFrom('nothing' as const, 'last record' as const, 'half a record' as const),
    }),
  },
);

/** A job's life under coordinators of which each is killed with its last write done, or not, or half. */
async function live(life: readonly Action[]): Promise<void> {
  let recorder = open();
  await recorder.record(STARTED);
  for (const action of life) {
    if (action.kind === 'write') await printed(recorder, action.lines, action.stream);
    else if (action.kind === 'status') await recorder.record(action.event);
    else {
      recorder.close();
      const bytes = readFileSync(lastSegment());
      const lastLine = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
      const size = action.of === 'half a record' ? Math.ceil((lastLine + bytes.length) / 2) : lastLine;
      // A segment that was begun holds a record; what was only just begun cannot be undone here.
      if (action.of !== 'nothing' && existsSync(place.path('status')) && lastLine > 0)
        truncateSync(lastSegment(), size);
      recorder = open({late: true});
      await recorder.record({event: 'adopted', pid: 42});
    }
    expectNumbered();
    if (existsSync(place.path('status'))) expectCopied(statusEvents());
  }
  recorder.close();
}

/** A recorder whose journal has two segments, and one status record. */
async function twoSegments(pump?: Pump): Promise<SpoolRecorder> {
  const recorder = open({pump});
  await recorder.record(STARTED);
  while (listSegments(journal).length < 2) await printed(recorder, 1);
  return recorder;
}

async function printed(recorder: SpoolRecorder, lines: number, stream: 'out' | 'err' = 'out'): Promise<void> {
  write(stream, 'a line of output\n'.repeat(lines));
  await recorder.drain();
}

interface Opening {
  readonly late?: boolean;
  readonly segmentBytes?: number;
  readonly pump?: Pump | undefined;
}

function open({
  late = false,
  segmentBytes = SEGMENT_BYTES,
  pump = strictPump(),
}: Opening = {}): SpoolRecorder {
  const recorder = new SpoolRecorder({
    directory: place.directory,
    sampleEvery: 1,
    segmentBytes,
    late,
    known: [],
    pump,
    transcoder: TRANSCODER,
    buffer: BUFFER,
    now: () => clock++,
    onOutput: () => undefined,
    onStatus: record => told.push(record),
    onAppend: () => undefined,
  });
  recorders.push(recorder);
  return recorder;
}

function strictPump(): Pump {
  const onTrouble = (error: unknown) => {
    if (error !== undefined) throw error;
  };
  return new Pump({now: () => performance.now(), timer: () => () => undefined, onTrouble});
}

/** One that tries again when it is told. */
function patientPump(): {pump: Pump; trouble: unknown[]; retry: () => void} {
  const trouble: unknown[] = [];
  let retry = (): void => undefined;
  const timer = (_: number, callback: () => void) => {
    retry = callback;
    return () => undefined;
  };
  const pump = new Pump({now: () => performance.now(), timer, onTrouble: error => trouble.push(error)});
  return {pump, trouble, retry: () => retry()};
}

let clock = 1_767_225_600_000;
const TRANSCODER = new SpoolTranscoder();
const BUFFER = Buffer.alloc(256 * 1024);

function write(stream: 'out' | 'err', text: string): void {
  appendFileSync(place.path(stream), text, {mode: 0o600});
}

function lastSegment(): string {
  return segmentPath(journal, listSegments(journal).at(-1) ?? 0);
}

function sizeOfLast(): number {
  return statSync(lastSegment()).size;
}

function statusTexts(): string[] {
  return [...statusLinesIn(journal)].map(({text}) => text);
}

function statusEvents(): string[] {
  return [...statusLinesIn(journal)].flatMap(({event}) => event?.event ?? []);
}

/** What the whole journal says, with nothing gone. */
function wholeState(): JobState {
  return [...statusLinesIn(journal)].reduce<JobState>(
    (state, {ts, event}) => (event === undefined ? state : nextState(state, {ts, data: event})),
    {status: 'queued'},
  );
}

/** The copy holds these, as the journal does. */
function expectCopied(events: readonly string[]): void {
  expect(place.read('status').split('\n').slice(0, -1)).toEqual(statusTexts());
  expect(copiedStatus(journal).map(({event}) => event?.event)).toEqual(events);
}

function expectNumbered(): void {
  const numbers = [...readLines(journal)].flat().map(line => (JSON.parse(line) as {seq: number}).seq);
  expect(numbers).toEqual(numbers.map((_, at) => at));
}
