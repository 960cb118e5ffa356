/** An archive, written and read, whole and damaged. */
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import {gunzipSync} from 'node:zlib';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {codeOf} from '../../base/index.ts';
import {packageVersion} from '../../platform/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {EVENTS_SCHEMA, JOBS_SCHEMA} from '../../store/index.ts';
import {type FileSink, readArchive} from './archive-reader.ts';
import {ArchiveWriter} from './archive-writer.ts';
import {badName, parseHead} from './format.ts';
import {extentMap, extentsOf, parseExtentMap} from './sparse.ts';

const MIB = 1024 * 1024;
const HEAD = {
  format: 1,
  version: packageVersion(),
  jobs_schema: JOBS_SCHEMA.version,
  events_schema: EVENTS_SCHEMA.version,
  host: 'mill',
  created_at_ms: 1767225600000,
};
const CONTENTS = {jobs: [], unfinished: [], topics: [], others: []};

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

describe('an archive', () => {
  it('gives back every file with its bytes, its size and its time', async () => {
    file('small', 'hello');
    file('large', 'x'.repeat(3 * MIB + 7));
    file('empty', '');
    const path = await written(['small', 'large', 'empty']);
    const files = await unpacked(path);
    expect([...files.keys()]).toEqual(['small', 'large', 'empty']);
    for (const [name, {bytes, mtime}] of files) {
      expect(bytes.equals(readFileSync(directory.at(name)))).toBe(true);
      expect(mtime).toBeCloseTo(statSync(directory.at(name)).mtimeMs / 1000, 3);
    }
  });

  it('has no holes in it, and gives them back', async () => {
    const fd = openSync(directory.at('spool'), 'w');
    ftruncateSync(fd, 300 * MIB);
    writeSync(fd, Buffer.from('here'), 0, 4, 100 * MIB);
    writeSync(fd, Buffer.from('end'), 0, 3, 300 * MIB - 3);
    closeSync(fd);
    const path = await written(['spool']);
    expect(statSync(path).size).toBeLessThan(20_000);
    const {size, pieces = []} = (await unpacked(path)).get('spool') ?? {};
    expect(size).toBe(300 * MIB);
    expect(pieces.reduce((sum, {bytes}) => sum + bytes.length, 0)).toBeLessThanOrEqual(128 * 1024);
    const held = pieces.find(({offset}) => offset === 100 * MIB);
    expect(held?.bytes.toString('latin1', 0, 4)).toBe('here');
  });

  it('tells a damaged one at every place', async () => {
    file('a', Array.from({length: 300}, (_, at) => at * at).join(' '));
    file('b', String(Math.PI).repeat(300));
    const whole = readFileSync(await written(['a', 'b']));
    for (let at = 0; at < whole.length; at += 7) {
      const cut = whole.subarray(0, at);
      expect(await unpackedBytes(cut).then(() => `taken, cut at ${at}`, codeOf)).toEqual(REFUSED);
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      if (isUnpackedAlike(flipped, whole)) continue; // what repeats itself can be packed in several ways
      const code = await unpackedBytes(flipped).then(
        () => `taken, changed at ${at} of ${whole.length}`,
        codeOf,
      );
      expect(code).toEqual(REFUSED);
    }
  });

  it('passes on what its receiver fails with', async () => {
    file('a', 'abc');
    const path = await written(['a']);
    const failing = () => {
      throw Object.assign(new Error('full'), {code: 'ENOSPC'});
    };
    await expect(read(path, failing)).rejects.toMatchObject({code: 'ENOSPC'});
    await expect(read(path, () => ({write: failing, end: () => undefined}))).rejects.toMatchObject({
      code: 'ENOSPC',
    });
  });

  it('tells why it cannot be written, in the middle of a file as well', async () => {
    file('a', Buffer.from(Array.from({length: MIB}, (_, at) => (at * at * 7919) >> 3)));
    const writer = new ArchiveWriter(() => {
      throw Object.assign(new Error('full'), {code: 'ENOSPC'});
    });
    const write = async () => {
      await writer.head(HEAD);
      for (let at = 0; at < 50; at++) await put(writer, 'a');
      await writer.end(CONTENTS, new Date(0));
    };
    await expect(write()).rejects.toMatchObject({code: 'ENOSPC'});
    await writer.abort();
  });
});

const REFUSED = expect.stringMatching(/^(NOT_A_STINT_FILE|BACKUP_DAMAGED|NEWER_SCHEMA)$/) as string;

describe('names in an archive', () => {
  it.each([
    '../x',
    '/etc/x',
    'a/../../x',
    'a//b',
    './a',
    'a/.',
    '',
    'a\0b',
    'repos/x',
    'repos/nothing/x',
    'repos',
  ])('%j is refused', name => expect(badName(name)).toBeDefined());

  it.each(['settings.json', 'repos/1c80f6b9b0768852/coordinator.db', 'a..b', 'x/...'])('%j is taken', name =>
    expect(badName(name)).toBeUndefined(),
  );
});

describe('the list of the parts of a file with holes', () => {
  it('is read as it was written, in any pieces', () => {
    const extents = [
      {offset: 0, length: 10},
      {offset: 70_000, length: 5},
    ];
    const map = extentMap(extents);
    expect(map.length % 512).toBe(0);
    expect(parseExtentMap(map, 70_005)).toEqual({extents, length: map.length});
    for (const at of [0, 1, 5, map.length - 1])
      expect(parseExtentMap(map.subarray(0, at), 70_005)).toBeUndefined();
    expect(() => parseExtentMap(map, 70_004)).toThrow();
  });

  it.each(['x\n', '-1\n', '99999999999999\n', '1\n9\n9\n', '2\n0\n5\n3\n2\n'])('%j is refused', text =>
    expect(() => parseExtentMap(Buffer.from(text.padEnd(512, '\0')), 10)).toThrow(),
  );

  it('is empty for a file of holes alone', () => {
    const fd = openSync(directory.at('hole'), 'w+');
    ftruncateSync(fd, 10 * MIB);
    expect(extentsOf(fd, 10 * MIB)).toEqual([]);
    closeSync(fd);
  });
});

describe('the head of a backup', () => {
  it('is refused where a newer stint wrote it, with both versions', () => {
    const newer = JSON.stringify({...HEAD, jobs_schema: JOBS_SCHEMA.version + 1, version: '9.9.9'});
    const format = JSON.stringify({format: 2, version: '9.9.9'});
    for (const text of [newer, format])
      expect(() => parseHead(text, 'b.tgz', '1.2.3')).toThrow(
        /stint 9\.9\.9, which is newer than this one \(1\.2\.3\)/,
      );
  });

  it.each(['', '[]', '{}', '{"format":1}', JSON.stringify({...HEAD, host: 5})])('%j is none', text =>
    expect(() => parseHead(text, 'b.tgz', '1')).toThrow(expect.objectContaining({code: 'NOT_A_STINT_FILE'})),
  );
});

function file(name: string, content: string | Buffer): void {
  writeFileSync(directory.at(name), content);
}

async function put(writer: ArchiveWriter, name: string): Promise<void> {
  const fd = openSync(directory.at(name), 'r');
  try {
    await writer.file(name, fd, fstatSync(fd));
  } finally {
    closeSync(fd);
  }
}

async function written(names: readonly string[]): Promise<string> {
  const chunks: Buffer[] = [];
  const writer = new ArchiveWriter(chunk => void chunks.push(chunk));
  await writer.head(HEAD);
  for (const name of names) await put(writer, name);
  await writer.end(CONTENTS, new Date(0));
  writeFileSync(directory.at('archive'), Buffer.concat(chunks));
  return directory.at('archive');
}

function isUnpackedAlike(a: Buffer, b: Buffer): boolean {
  try {
    return gunzipSync(a).equals(gunzipSync(b));
  } catch {
    return false;
  }
}

interface Unpacked {
  readonly size: number;
  readonly mtime: number;
  readonly bytes: Buffer;
  readonly pieces: readonly {readonly offset: number; readonly bytes: Buffer}[];
}

async function unpacked(path: string): Promise<Map<string, Unpacked>> {
  const files = new Map<string, Unpacked>();
  await read(path, ({name, size, mtime}) => {
    const pieces: {offset: number; bytes: Buffer}[] = [];
    return {
      write: (bytes, offset) => void pieces.push({offset, bytes: Buffer.from(bytes)}),
      end: () =>
        void files.set(name, {size, mtime, bytes: Buffer.concat(pieces.map(({bytes}) => bytes)), pieces}),
    };
  });
  return files;
}

function unpackedBytes(bytes: Buffer): Promise<Map<string, Unpacked>> {
  writeFileSync(directory.at('damaged'), bytes);
  return unpacked(directory.at('damaged'));
}

async function read(
  path: string,
  open: (file: {name: string; size: number; mtime: number}) => FileSink | undefined,
): Promise<void> {
  const fd = openSync(path, 'r');
  try {
    await readArchive({fd, path, signal: new AbortController().signal, onRead: () => undefined, open});
  } finally {
    closeSync(fd);
  }
}
