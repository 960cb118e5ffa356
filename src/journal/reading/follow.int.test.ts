import {once} from 'node:events';
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setImmediate} from 'node:timers/promises';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {listSegments, segmentPath} from '../segment-name.ts';
import {type JournalWriter, openJournal} from '../writing/append.ts';
import {followJournal} from './follow.ts';
import {readLines} from './read.ts';

vi.mock('node:fs', async importOriginal => {
  const fs = await importOriginal<typeof import('node:fs')>();
  return {...fs, watch: vi.fn(fs.watch), statSync: vi.fn(fs.statSync)};
});

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-journal-'));
  path = join(directory, 'output.jsonl');
});
afterEach(() => {
  vi.mocked(watch).mockClear();
  rmSync(directory, {recursive: true, force: true});
});

const line = (seq: number): string => `{"seq":${seq},"data":"line ${seq}"}`;
const lines = (from: number, to: number): string[] =>
  Array.from({length: to - from}, (_, at) => line(from + at));
const append = (writer: JournalWriter, from: number, to: number): void =>
  writer.append(Buffer.from(lines(from, to).join('\n').concat('\n')));

/** Takes batches until there are `count` lines. */
async function take(follower: AsyncIterator<string[]>, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const {value, done} = await follower.next();
    if (done === true) break;
    taken.push(...value);
  }
  return taken;
}

describe('followJournal', () => {
  describe('with a record that is the last', () => {
    const isLast = (chunk: Buffer) => chunk.includes('"line 5"');

    it('ends behind it', async () => {
      const writer = openJournal({path});
      append(writer, 0, 3);
      const follower = followJournal(path, {isLast});
      expect(await take(follower, 3)).toEqual(lines(0, 3));
      append(writer, 3, 6);
      expect(await take(follower, 99)).toEqual(lines(3, 6));
      writer.close();
    });

    it.each([
      ['already there', 6],
      ['still to come', 3],
    ])('ends there also when only higher numbers are wanted and it is %s', async (_, there) => {
      const writer = openJournal({path});
      append(writer, 0, there);
      const rest = take(followJournal(path, {from: 99, isLast}), 99);
      await setImmediate();
      if (there < 6) append(writer, there, 6);
      expect(await rest).toEqual([]);
      writer.close();
    });
  });

  it('yields what is there, then what comes, each line once', async () => {
    const writer = openJournal({path});
    append(writer, 0, 3);
    const follower = followJournal(path);
    expect(await take(follower, 3)).toEqual(lines(0, 3));
    for (let seq = 3; seq < 50; seq += 1) {
      const next = follower.next();
      if (seq % 2 === 0) await setImmediate();
      append(writer, seq, seq + 1);
      expect((await next).value).toEqual([line(seq)]);
    }
    await follower.return();
    writer.close();
  });

  it('waits for a journal and for a directory that do not exist yet', async () => {
    for (const place of [directory, join(directory, 'later')]) {
      const file = join(place, 'output.jsonl');
      const follower = followJournal(file);
      const first = follower.next();
      await setImmediate();
      mkdirSync(place, {recursive: true});
      writeFileSync(join(place, 'out'), 'another file');
      const writer = openJournal({path: file});
      append(writer, 0, 1);
      expect((await first).value).toEqual([line(0)]);
      append(writer, 1, 2);
      expect((await follower.next()).value).toEqual([line(1)]);
      await follower.return();
      writer.close();
    }
  });

  it('loses and doubles nothing across rotations while others read', async () => {
    const total = 2_000;
    const follower = followJournal(path);
    const followed = take(follower, total);
    let writer = openJournal({path, maxSegmentBytes: 200});
    for (let seq = 0; seq < total; ) {
      const end = Math.min(total, seq + 1 + (seq % 9));
      append(writer, seq, end);
      seq = end;
      if (seq % 5 === 0) await setImmediate();
      if (seq % 401 === 0) expect([...readLines(path)].flat()).toEqual(lines(0, seq));
      if (seq % 97 === 0) {
        writer.close();
        writer = openJournal({path, maxSegmentBytes: 200});
      }
    }
    expect(await followed).toEqual(lines(0, total));
    expect(listSegments(path).length).toBeGreaterThan(100);
    await follower.return();
    writer.close();
  });

  it('is woken by the reopening of a journal whose writer died between making a segment and telling of it', async () => {
    writeFileSync(path, `${line(0)}\n`, {mode: 0o600});
    const follower = followJournal(path);
    expect(await take(follower, 1)).toEqual([line(0)]);
    const next = follower.next();
    await setImmediate();
    writeFileSync(segmentPath(path, 1), '', {mode: 0o600});
    const writer = openJournal({path});
    append(writer, 1, 2);
    expect((await next).value).toEqual([line(1)]);
    await follower.return();
    writer.close();
  });

  it('sees a write that falls between finding nothing and watching', async () => {
    const writer = openJournal({path});
    const {watch: realWatch} = await vi.importActual<typeof import('node:fs')>('node:fs');
    vi.mocked(watch).mockImplementationOnce(file => {
      append(writer, 0, 1);
      return realWatch(file);
    });
    const follower = followJournal(path);
    expect((await follower.next()).value).toEqual([line(0)]);
    await follower.return();
    writer.close();
  });

  it('sees a write that falls between the end of a segment and the look for the next one', async () => {
    const writer = openJournal({path, maxSegmentBytes: 50});
    append(writer, 0, 1);
    const follower = followJournal(path);
    await follower.next();
    vi.mocked(statSync).mockImplementationOnce(() => {
      append(writer, 1, 2);
      append(writer, 2, 3);
      expect(listSegments(path)).toEqual([0, 1]);
      return lstatSync(directory);
    });
    expect(await take(follower, 2)).toEqual(lines(1, 3));
    await follower.return();
    writer.close();
  });

  it('begins at a number, also one that is not written yet, or some lines before the end', async () => {
    const writer = openJournal({path, maxSegmentBytes: 100});
    append(writer, 0, 4);
    append(writer, 4, 8);
    const old = followJournal(path, {from: 3});
    const tail = followJournal(path, {last: 2});
    const live = followJournal(path, {last: 0});
    const future = followJournal(path, {from: 9});
    expect((await tail.next()).value).toEqual(lines(6, 8));
    const waiting = [live.next(), future.next()];
    await setImmediate();
    append(writer, 8, 9);
    append(writer, 9, 11);
    expect(await take(old, 8)).toEqual(lines(3, 11));
    expect(await take(tail, 3)).toEqual(lines(8, 11));
    expect((await waiting[0])?.value?.[0]).toEqual(line(8));
    expect((await waiting[1])?.value).toEqual(lines(9, 11));
    for (const follower of [old, tail, live, future]) await follower.return();
    writer.close();
  });

  it('holds a line back until its newline is written', async () => {
    writeFileSync(path, `${line(0)}\n{"seq":1,`, {mode: 0o600});
    const follower = followJournal(path);
    expect(await take(follower, 1)).toEqual([line(0)]);
    const next = follower.next();
    await setImmediate();
    appendFileSync(path, '"data":"line 1"');
    await setImmediate();
    appendFileSync(path, '}\n');
    expect((await next).value).toEqual([line(1)]);
    await follower.return();
  });

  it('ends at an abort without an error and leaves no watch behind', async () => {
    expect(await take(followJournal(path, {signal: AbortSignal.abort()}), 1)).toEqual([]);
    expect(watch).not.toHaveBeenCalled();
    for (const prepare of [() => undefined, () => openJournal({path}).close()]) {
      prepare();
      vi.mocked(watch).mockClear();
      const abort = new AbortController();
      const next = followJournal(path, {signal: abort.signal}).next();
      await setImmediate();
      const closed = vi.mocked(watch).mock.results.map(({value}) => once(value, 'close'));
      expect(closed.length).toBe(1);
      abort.abort();
      expect((await next).done).toBe(true);
      await Promise.all(closed);
    }
  });

  it('can be aborted in the middle of a long history, because the event loop gets its turn', async () => {
    const writer = openJournal({path});
    for (let seq = 0; seq < 100_000; seq += 1_000) append(writer, seq, seq + 1_000);
    writer.close();
    const abort = new AbortController();
    const aborted = setImmediate().then(() => abort.abort());
    let count = 0;
    for await (const batch of followJournal(path, {signal: abort.signal})) count += batch.length;
    await aborted;
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(100_000);
  });

  it('ends when the journal, or the directory in which it should appear, is deleted', async () => {
    const place = join(directory, 'job');
    const file = join(place, 'output.jsonl');
    mkdirSync(place);
    for (const prepare of [() => openJournal({path: file}).close(), () => rmSync(file)]) {
      prepare();
      const follower = followJournal(file);
      const next = follower.next();
      await setImmediate();
      if (listSegments(file).length > 0) rmSync(file);
      else rmSync(place, {recursive: true});
      expect((await next).done).toBe(true);
      mkdirSync(place, {recursive: true});
      writeFileSync(file, '', {mode: 0o600});
    }
  });

  it.each(['ENOSPC', 'EMFILE'])(
    'looks from time to time while the system gives no watch (%s), and watches again when it does',
    async code => {
      const writer = openJournal({path, maxSegmentBytes: 1});
      const refuse = (): never => {
        throw Object.assign(new Error(code), {code});
      };
      vi.mocked(watch).mockImplementationOnce(refuse).mockImplementationOnce(refuse);
      const follower = followJournal(path);
      const next = follower.next();
      append(writer, 0, 1);
      expect((await next).value).toEqual([line(0)]);
      append(writer, 1, 2);
      append(writer, 2, 3);
      expect(await take(follower, 2)).toEqual(lines(1, 3));
      const last = follower.next();
      await setImmediate();
      append(writer, 3, 4);
      expect((await last).value).toEqual([line(3)]);
      await follower.return();
      writer.close();
    },
  );

  it('reports a journal that others may read', async () => {
    writeFileSync(path, `${line(0)}\n`, {mode: 0o644});
    await expect(followJournal(path).next()).rejects.toMatchObject({code: 'PERMISSIONS_TOO_OPEN'});
  });

  it('watches only the segment once there is one, so that other files of the job wake nobody', async () => {
    const writer = openJournal({path});
    append(writer, 0, 1);
    const follower = followJournal(path);
    await follower.next();
    const next = follower.next();
    await setImmediate();
    expect(vi.mocked(watch).mock.calls.map(([watched]) => watched)).toEqual([path]);
    append(writer, 1, 2);
    await next;
    await follower.return();
    writer.close();
  });
});
