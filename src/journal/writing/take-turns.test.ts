/** Journals with several writers that take turns, and batches that are whole or not there. */
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {Cursor} from '../reading/cursor.ts';
import {readLines} from '../reading/read.ts';
import {segmentPath} from '../segment-name.ts';
import {type JournalOptions, type JournalWriter, openJournal} from './append.ts';
import {removeSegment} from './remove-segment.ts';
import {NODE_CALLS, type WriteCalls} from './write-calls.ts';

let directory: string;
let path: string;
const writers: JournalWriter[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-journal-'));
  path = join(directory, 'log.jsonl');
});
afterEach(() => {
  for (const writer of writers.splice(0)) writer.close();
  rmSync(directory, {recursive: true});
});

function open(options: Partial<JournalOptions> = {}, calls?: WriteCalls): JournalWriter {
  const writer = openJournal({path, ...options}, calls);
  writers.push(writer);
  return writer;
}

const line = (id: number, left = 0) => `{"id":${id},"left":${left}}\n`;
const all = () => `${[...readLines(path)].flat().join('\n')}\n`;

/** Lines of a test's batch say how many follow; a batch has three. */
const unfinishedLines = (last: string): number => {
  const {left} = JSON.parse(last) as {left: number};
  return left === 0 ? 0 : 3 - left;
};

describe('a writer that takes up', () => {
  it('goes on behind what another one wrote, and tells its last line and end', () => {
    const [a, b] = [open(), open()];
    a.append(Buffer.from(line(1)));
    b.takeUp();
    expect(b.lastLine).toBe(line(1).trim());
    expect(b.end).toEqual({segment: 0, offset: line(1).length});
    b.append(Buffer.from(line(2)));
    a.takeUp();
    a.append(Buffer.from(line(3)));
    expect(all()).toBe(line(1) + line(2) + line(3));
    expect(a.size).toBe(statSync(path).size);
  });

  it('cuts what a killed one left, and finds a last line that is long or in the segment before', () => {
    const writer = open({maxSegmentBytes: 10});
    const long = `{"id":1,"text":"${'x'.repeat(100_000)}"}`;
    writer.append(Buffer.from(`${long}\n`));
    appendFileSync(path, '{"id":2');
    writer.takeUp();
    expect(writer.lastLine).toBe(long);
    expect(statSync(path).size).toBe(long.length + 1);
    writer.append(Buffer.from(line(2)));
    writeFileSync(writer.file, '{"id"');
    writer.takeUp();
    expect(writer.lastLine).toBe(long);
    expect(statSync(writer.file).size).toBe(0);
  });

  it('is refused with an index, which would not know of the lines of others, and when it is closed', () => {
    const indexed = open({indexBy: 'id'});
    expect(() => indexed.takeUp()).toThrow(/has an index/);
    const closed = open();
    closed.close();
    expect(() => closed.takeUp()).toThrow(/has been closed/);
  });
});

describe('a journal of batches', () => {
  const batch = Buffer.from(line(2, 2) + line(3, 1) + line(4));

  it('cuts one that is not whole, with all its lines, and keeps it aside', () => {
    open().append(Buffer.from(line(1)));
    const tornPath = join(directory, 'torn.jsonl');
    for (let cut = 1; cut < batch.length; cut += 1) {
      writeFileSync(path, line(1) + batch.subarray(0, cut).toString());
      const writer = open({unfinishedLines, tornPath});
      expect(readFileSync(path, 'utf8')).toBe(line(1));
      expect(writer.lastLine).toBe(line(1).trim());
      const kept = readFileSync(tornPath, 'utf8').trim().split('\n').at(-1) ?? '';
      expect(JSON.parse(kept)).toMatchObject({
        offset: line(1).length,
        text: batch.subarray(0, cut).toString(),
      });
      writeFileSync(path, batch.subarray(0, cut));
      writer.takeUp();
      expect(statSync(path).size).toBe(0);
    }
  });

  it('takes of a write that fails the whole batches', () => {
    const bytes = Buffer.concat([Buffer.from(line(1)), batch, Buffer.from(line(5))]);
    const ends = [0, line(1).length, line(1).length + batch.length];
    for (let room = 0; room < bytes.length; room += 1) {
      let left = room;
      const write: WriteCalls['write'] = (fd, from, offset, length) => {
        if (left === 0) throw Object.assign(new Error('full'), {code: 'ENOSPC'});
        const fits = Math.min(left, length);
        left -= fits;
        return NODE_CALLS.write(fd, from, offset, fits);
      };
      rmSync(path, {force: true});
      const writer = open({unfinishedLines}, {...NODE_CALLS, write});
      const acceptedBytes = ends.findLast(end => end <= room);
      expect(() => writer.append(bytes)).toThrow(expect.objectContaining({acceptedBytes}));
      expect(statSync(path).size).toBe(acceptedBytes);
    }
  });
});

describe('a journal of which only the end is repaired', () => {
  it('leaves a torn segment before the last two as it is, and is opened all the same', () => {
    const writer = open({maxSegmentBytes: 1});
    for (let id = 1; id <= 4; id += 1) writer.append(Buffer.from(line(id)));
    for (const segment of [0, 1, 2, 3]) appendFileSync(segmentPath(path, segment), '{"id');
    open({repairsOnlyLast: true});
    const sizes = [0, 1, 2, 3].map(segment => statSync(segmentPath(path, segment)).size - line(1).length);
    expect(sizes).toEqual([4, 4, 0, 0]);
  });
});

describe('a cursor', () => {
  it('begins at a place, or at the next segment when that of the place is gone', () => {
    const writer = open({maxSegmentBytes: 50});
    for (let id = 1; id <= 9; id += 1) writer.append(Buffer.from(line(id)));
    const first = (at: {segment: number; offset: number}): string => {
      const cursor = new Cursor(path, {at});
      const chunk = cursor.next()?.toString() ?? '';
      cursor.close();
      return chunk.slice(0, chunk.indexOf('\n') + 1);
    };
    expect(first({segment: 0, offset: line(1).length})).toBe(line(2));
    expect(first({segment: 0, offset: statSync(path).size})).toBe(line(4));
    writeFileSync(`${path}.idx`, '');
    removeSegment(path);
    expect([existsSync(path), existsSync(`${path}.idx`)]).toEqual([false, false]);
    removeSegment(path);
    expect(first({segment: 0, offset: line(1).length})).toBe(line(4));
  });
});
