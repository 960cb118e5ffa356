import {
  chmodSync,
  fstatSync,
  ftruncateSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {readLines} from '../reading/read.ts';
import {listSegments, segmentPath} from '../segment-name.ts';
import {type JournalWriter, openJournal} from './append.ts';
import {NODE_CALLS, type WriteCalls} from './write-calls.ts';
import {JournalWriteError} from './write-error.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-journal-'));
  path = join(directory, 'output.jsonl');
});
afterEach(() => rmSync(directory, {recursive: true}));

const lines = (from: number, to: number): Buffer => {
  let text = '';
  for (let seq = from; seq < to; seq += 1) text += `{"seq":${seq},"data":"größer ${seq}"}\n`;
  return Buffer.from(text);
};
const all = (): string => `${[...readLines(path)].flat().join('\n')}\n`;
const failure = (code: string): Error => Object.assign(new Error(code), {code});

function thrownBy(act: () => void): JournalWriteError {
  try {
    act();
  } catch (error) {
    if (error instanceof JournalWriteError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a journal writer', () => {
  it('makes a private file, even one without records', () => {
    openJournal({path}).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([...readLines(path)]).toEqual([]);
  });

  it('appends batches of lines, or the first bytes of a reused buffer, and tells the size', () => {
    const writer = openJournal({path});
    expect(writer.lastLine).toBeUndefined();
    writer.append(lines(0, 2));
    const buffer = Buffer.concat([lines(2, 3), Buffer.from('rubbish')]);
    writer.append(buffer, buffer.length - 7);
    writer.append(Buffer.alloc(0));
    expect(writer.size).toBe(lines(0, 3).length);
    writer.close();
    writer.close();
    expect(all()).toBe(lines(0, 3).toString());
  });

  it('goes on in a new segment after the write that reaches the limit, also after a reopen', () => {
    const limit = lines(0, 2).length;
    const writer = openJournal({path, maxSegmentBytes: limit});
    for (let seq = 0; seq < 5; seq += 1) writer.append(lines(seq, seq + 1));
    writer.close();
    expect(listSegments(path)).toEqual([0, 1, 2]);
    expect(statSync(segmentPath(path, 2)).mode & 0o777).toBe(0o600);

    const again = openJournal({path, maxSegmentBytes: limit});
    expect(again.lastLine).toBe(lines(4, 5).toString().trimEnd());
    expect(again.size).toBe(lines(0, 5).length);
    for (let seq = 5; seq < 7; seq += 1) again.append(lines(seq, seq + 1));
    again.close();
    expect(listSegments(path)).toEqual([0, 1, 2, 3]);
    expect(all()).toBe(lines(0, 7).toString());
  });

  it('goes on in the last segment when the oldest ones were removed', () => {
    writeFileSync(segmentPath(path, 7), lines(70, 71), {mode: 0o600});
    const writer = openJournal({path});
    writer.append(lines(71, 72));
    writer.close();
    expect(listSegments(path)).toEqual([7]);
  });

  it('refuses a segment that others may read', () => {
    writeFileSync(path, lines(0, 1), {mode: 0o600});
    writeFileSync(segmentPath(path, 1), lines(1, 2), {mode: 0o600});
    for (const segment of [0, 1]) {
      chmodSync(segmentPath(path, segment), 0o640);
      const tooOpen = expect.objectContaining({code: 'PERMISSIONS_TOO_OPEN'});
      expect(() => openJournal({path})).toThrow(tooOpen);
      expect(() => [...readLines(path)]).toThrow(tooOpen);
      chmodSync(segmentPath(path, segment), 0o600);
    }
  });

  it('refuses a batch that does not end with a newline, an append after close, and a limit that is no size', () => {
    const writer = openJournal({path});
    expect(() => writer.append(Buffer.from('{"seq":0}'))).toThrow(/newline/);
    expect(() => writer.append(lines(0, 1), 999)).toThrow(/newline/);
    writer.close();
    expect(() => writer.append(lines(0, 1))).toThrow(/closed/);
    expect(() => openJournal({path, maxSegmentBytes: 0})).toThrow(/maxSegmentBytes is 0/);
    expect(thrownBy(() => openJournal({path: join(directory, 'missing', 'output.jsonl')})).code).toBe(
      'INTERNAL',
    );
  });
});

describe('a writer that brings records to the disk', () => {
  function recorded(syncOnRotate: boolean): {writer: JournalWriter; calls: string[]} {
    const calls: string[] = [];
    const disk: WriteCalls = {
      ...NODE_CALLS,
      sync: fd => {
        calls.push(`${fstatSync(fd).size} bytes`);
      },
      syncDirectory: at => {
        expect(at).toBe(directory);
        calls.push(`directory of ${listSegments(path).length}`);
      },
    };
    return {writer: openJournal({path, maxSegmentBytes: 40, syncOnRotate}, disk), calls};
  }

  it('syncs the segment it writes to when asked', () => {
    const {writer, calls} = recorded(false);
    writer.sync();
    writer.append(lines(0, 3));
    expect(writer.file).toBe(path);
    writer.sync();
    writer.append(lines(3, 4));
    expect(writer.file).toBe(segmentPath(path, 1));
    writer.sync();
    writer.close();
    expect(calls).toEqual(['0 bytes', `${lines(0, 3).length} bytes`, `${lines(3, 4).length} bytes`]);
    expect(() => writer.sync()).toThrow(/closed/);
  });

  it('syncs a full segment before it makes the next one, and the directory behind each that was made', () => {
    const {writer, calls} = recorded(true);
    writer.append(lines(0, 3));
    writer.append(lines(3, 4));
    writer.close();
    openJournal({path, syncOnRotate: true}).close();
    expect(calls).toEqual(['directory of 1', `${lines(0, 3).length} bytes`, 'directory of 2']);
  });

  it('says so when the disk fails, and goes on when it works again', () => {
    let works = false;
    const disk: WriteCalls = {
      ...NODE_CALLS,
      sync: fd => {
        if (!works) throw failure('EIO');
        NODE_CALLS.sync(fd);
      },
    };
    const writer = openJournal({path, maxSegmentBytes: 1, syncOnRotate: true}, disk);
    writer.append(lines(0, 1));
    expect(thrownBy(() => writer.sync()).code).toBe('INTERNAL');
    expect(thrownBy(() => writer.append(lines(1, 2)))).toMatchObject({code: 'INTERNAL', acceptedBytes: 0});
    works = true;
    writer.append(lines(1, 2));
    writer.close();
    expect(all()).toBe(lines(0, 2).toString());
  });
});

describe('a write that fails', () => {
  /** Takes `room` bytes, then fails with `code`. */
  function fullAfter(room: number, code: string): WriteCalls & {room: number} {
    return {
      ...NODE_CALLS,
      room,
      write(fd, bytes, offset, length) {
        const taken = Math.min(length, this.room);
        if (taken === 0) throw failure(code);
        this.room -= taken;
        return writeSync(fd, bytes, offset, taken);
      },
    };
  }

  it('keeps the complete lines, cuts the torn one and takes the rest later, wherever it failed', () => {
    const batch = lines(1, 4);
    for (let room = 0; room < batch.length; room += 1) {
      rmSync(path, {force: true});
      const disk = fullAfter(lines(0, 1).length + room, 'ENOSPC');
      const writer = openJournal({path}, disk);
      writer.append(lines(0, 1));
      const error = thrownBy(() => writer.append(batch));
      expect(error.code).toBe('DISK_FULL');
      expect(error.acceptedBytes).toBe(batch.subarray(0, room).lastIndexOf('\n') + 1);
      expect(readFileSync(path, 'utf8')).toBe(lines(0, 1) + batch.toString('utf8', 0, error.acceptedBytes));
      expect(writer.size).toBe(statSync(path).size);
      disk.room = Infinity;
      writer.append(batch.subarray(error.acceptedBytes));
      writer.append(lines(4, 5));
      writer.close();
      expect(all()).toBe(lines(0, 5).toString());
    }
  });

  it('is no failure when it was only short', () => {
    const writer = openJournal(
      {path},
      {...NODE_CALLS, write: (fd, bytes, offset) => writeSync(fd, bytes, offset, 1)},
    );
    writer.append(lines(0, 3));
    writer.close();
    expect(all()).toBe(lines(0, 3).toString());
  });

  it('has the code INTERNAL when the disk is not full, and does not go on for ever when no byte is taken', () => {
    const broken = openJournal({path}, fullAfter(5, 'EIO'));
    expect(thrownBy(() => broken.append(lines(0, 1)))).toMatchObject({code: 'INTERNAL', acceptedBytes: 0});
    broken.close();
    const stuck = openJournal({path}, {...NODE_CALLS, write: () => 0});
    expect(thrownBy(() => stuck.append(lines(0, 1))).code).toBe('INTERNAL');
    stuck.close();
  });

  it('is repaired by the next append when cutting it back failed too', () => {
    let cuts = 0;
    const disk = fullAfter(lines(0, 2).length + 3, 'ENOSPC');
    disk.truncate = (fd, size) => {
      cuts += 1;
      if (cuts < 3) throw failure('EIO');
      ftruncateSync(fd, size);
    };
    const writer = openJournal({path}, disk);
    expect(thrownBy(() => writer.append(lines(0, 3))).acceptedBytes).toBe(lines(0, 2).length);
    expect(all()).toBe(lines(0, 2).toString());
    disk.room = Infinity;
    expect(thrownBy(() => writer.append(lines(2, 3)))).toMatchObject({code: 'INTERNAL', acceptedBytes: 0});
    writer.append(lines(2, 3));
    writer.close();
    expect(readFileSync(path, 'utf8')).toBe(lines(0, 3).toString());
  });
});
