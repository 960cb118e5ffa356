import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {readLines} from '../reading/read.ts';
import {segmentPath} from '../segment-name.ts';
import {openJournal} from './append.ts';
import {cutTornTail} from './repair.ts';
import {JournalWriteError} from './write-error.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-journal-'));
  path = join(directory, 'output.jsonl');
});
afterEach(() => rmSync(directory, {recursive: true}));

const FIRST = '{"seq":0,"kind":"stdout","data":"größer"}';
const SECOND = '{"seq":1,"kind":"stdout","data":"two"}';

function cut(content: string | Buffer): {size: number; left: Buffer} {
  writeFileSync(path, content, {mode: 0o600});
  const fd = openSync(path, 'r+');
  const size = cutTornTail(fd, Buffer.byteLength(content));
  closeSync(fd);
  return {size, left: readFileSync(path)};
}

describe('cutTornTail', () => {
  it('leaves a whole file alone and empties one without a newline', () => {
    expect(cut('').size).toBe(0);
    expect(cut('a\nb\n')).toEqual({size: 4, left: Buffer.from('a\nb\n')});
    expect(cut('a\nb')).toEqual({size: 2, left: Buffer.from('a\n')});
    expect(cut('torn')).toEqual({size: 0, left: Buffer.alloc(0)});
  });

  it.each([64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 3 * 1024 * 1024])(
    'cuts a torn line of %i bytes',
    bytes => {
      expect(cut(`a\n${'x'.repeat(bytes)}`).size).toBe(2);
      expect(cut('x'.repeat(bytes)).size).toBe(0);
      expect(cut('\0'.repeat(bytes)).size).toBe(0);
    },
  );
});

describe('opening a journal that was torn', () => {
  it('goes on with the number after the last whole record, wherever the file was cut', () => {
    const whole = Buffer.from(`${FIRST}\n${SECOND}\n`);
    for (let bytes = 0; bytes <= whole.length; bytes += 1) {
      writeFileSync(path, whole.subarray(0, bytes), {mode: 0o600});
      const kept = whole.subarray(0, bytes).toString('latin1').split('\n').length - 1;
      const writer = openJournal({path});
      expect(writer.lastLine).toBe([undefined, FIRST, SECOND][kept]);
      expect(writer.size).toBe([0, Buffer.byteLength(FIRST) + 1, whole.length][kept]);
      writer.append(Buffer.from(`{"seq":${kept}}\n`));
      writer.close();
      expect([...readLines(path)].flat()).toEqual([...[FIRST, SECOND].slice(0, kept), `{"seq":${kept}}`]);
    }
  });

  it('finds the last record in the segment before when the last one is empty or torn in its first record', () => {
    for (const torn of ['', '{"seq":1', 'x'.repeat(200_000)]) {
      writeFileSync(path, `${FIRST}\n`, {mode: 0o600});
      writeFileSync(segmentPath(path, 1), torn, {mode: 0o600});
      const writer = openJournal({path});
      expect(writer.lastLine).toBe(FIRST);
      writer.append(Buffer.from(`${SECOND}\n`));
      writer.close();
      expect(readFileSync(segmentPath(path, 1), 'utf8')).toBe(`${SECOND}\n`);
      expect([...readLines(path)].flat()).toEqual([FIRST, SECOND]);
    }
  });

  it('cuts a segment that has a successor as well, as a power failure can leave it', () => {
    writeFileSync(path, `${FIRST}\n{"seq":1`, {mode: 0o600});
    writeFileSync(segmentPath(path, 1), `${SECOND}\n`, {mode: 0o600});
    openJournal({path}).close();
    expect(readFileSync(path, 'utf8')).toBe(`${FIRST}\n`);
    expect([...readLines(path)].flat()).toEqual([FIRST, SECOND]);
  });
});

describe('keeping what was torn', () => {
  const clock = {now: () => 1_767_225_600_000};
  let tornPath: string;
  beforeEach(() => {
    tornPath = join(directory, 'output.jsonl.torn');
  });
  const kept = () =>
    existsSync(tornPath)
      ? readFileSync(tornPath, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map(line => JSON.parse(line))
      : [];

  it('puts the fragment aside, wherever the file was cut, and all that was written is in one place or the other', () => {
    const whole = Buffer.from(`${FIRST}\n${SECOND}\n`);
    for (let bytes = 0; bytes <= whole.length; bytes += 1) {
      rmSync(tornPath, {force: true});
      writeFileSync(path, whole.subarray(0, bytes), {mode: 0o600});
      const writer = openJournal({path, tornPath, clock});
      const left = readFileSync(path);
      const [fragment, ...others] = kept();
      expect(others).toEqual([]);
      const {text, base64, ...origin} = fragment ?? {text: ''};
      const torn = text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text);
      expect(Buffer.concat([left, torn])).toEqual(whole.subarray(0, bytes));
      if (fragment !== undefined) {
        expect(origin).toEqual({file: 'output.jsonl', offset: left.length, found_at_ms: clock.now()});
        expect(statSync(tornPath).mode & 0o777).toBe(0o600);
      }
      writer.append(Buffer.from('{"seq":9}\n'));
      writer.close();
      expect([...readLines(path)].flat()).toEqual([
        ...[FIRST, SECOND].slice(0, left.toString('latin1').split('\n').length - 1),
        '{"seq":9}',
      ]);
    }
  });

  it('adds each fragment to those before it, of every segment, also behind half a line', () => {
    writeFileSync(path, `${FIRST}\n{"seq":1`, {mode: 0o600});
    writeFileSync(segmentPath(path, 1), `${SECOND}\n\xff\0`, {mode: 0o600, encoding: 'latin1'});
    writeFileSync(tornPath, '{"file":"output', {mode: 0o600});
    openJournal({path, tornPath, clock}).close();
    const [half, ...lines] = readFileSync(tornPath, 'utf8').split('\n').slice(0, -1);
    expect(half).toBe('{"file":"output');
    expect(lines.map(line => JSON.parse(line))).toEqual([
      {
        file: 'output.jsonl',
        offset: Buffer.byteLength(FIRST) + 1,
        found_at_ms: clock.now(),
        text: '{"seq":1',
      },
      {
        file: 'output-000001.jsonl',
        offset: SECOND.length + 1,
        found_at_ms: clock.now(),
        base64: Buffer.from('\xff\0', 'latin1').toString('base64'),
      },
    ]);
    openJournal({path, tornPath, clock}).close();
    expect(readFileSync(tornPath, 'utf8').split('\n')).toHaveLength(4);
  });

  it('keeps the number of NULs where a power failure left many, and every other byte', () => {
    const many = 40 * 1024 * 1024;
    writeFileSync(path, `${FIRST}\n{"seq":1`, {mode: 0o600});
    const begin = Buffer.byteLength(FIRST) + 1;
    truncateSync(path, begin + many);
    appendFileSync(path, '{"seq":2\0"');
    truncateSync(path, begin + 2 * many);
    openJournal({path, tornPath, clock}).close();
    const parts = kept().map(({file: _, found_at_ms: __, ...part}) => part);
    expect(parts).toEqual([
      {offset: begin, text: '{"seq":1'},
      {offset: begin + 8, nuls: many - 8},
      {offset: begin + many, text: '{"seq":2\0"'},
      {offset: begin + many + 10, nuls: many - 10},
    ]);
    expect(statSync(path).size).toBe(begin);
  });

  it('keeps bytes that are longer as text than as base64 as that', () => {
    const torn = Buffer.alloc(100_000, '\0\x01'.repeat(20));
    writeFileSync(path, torn, {mode: 0o600});
    openJournal({path, tornPath, clock}).close();
    expect(kept()).toMatchObject([{offset: 0, base64: torn.toString('base64')}]);
  });

  it('keeps a fragment of many MiB in several pieces', () => {
    const torn = Buffer.alloc(33 * 1024 * 1024, 'größer ');
    writeFileSync(path, torn, {mode: 0o600});
    openJournal({path, tornPath, clock}).close();
    const pieces = kept().map(({text, base64}) =>
      text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text),
    );
    expect(pieces.length).toBe(3);
    expect(Buffer.concat(pieces).equals(torn)).toBe(true);
  });

  it('cuts only behind keeping: killed between the two, the next opening keeps it once more', () => {
    const torn = `${FIRST}\n{"seq":1`;
    writeFileSync(path, torn, {mode: 0o600});
    const sizes: number[] = [];
    const watching = {now: () => sizes.push(statSync(path).size)};
    openJournal({path, tornPath, clock: watching}).close();
    expect(sizes).toEqual([Buffer.byteLength(torn)]);
    writeFileSync(path, torn);
    openJournal({path, tornPath, clock}).close();
    expect(kept().map(({text}) => text)).toEqual(['{"seq":1', '{"seq":1']);
    expect(readFileSync(path, 'utf8')).toBe(`${FIRST}\n`);
  });

  it('does not open the journal, and cuts nothing, when the fragment cannot be kept', () => {
    writeFileSync(path, `${FIRST}\n{"seq":1`, {mode: 0o600});
    mkdirSync(tornPath, {mode: 0o700});
    expect(() => openJournal({path, tornPath})).toThrow(JournalWriteError);
    rmSync(tornPath, {recursive: true});
    writeFileSync(tornPath, '', {mode: 0o600});
    chmodSync(tornPath, 0o644);
    expect(() => openJournal({path, tornPath})).toThrow(
      expect.objectContaining({code: 'PERMISSIONS_TOO_OPEN'}),
    );
    expect(readFileSync(path, 'utf8')).toBe(`${FIRST}\n{"seq":1`);
  });
});
