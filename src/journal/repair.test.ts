import {closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {openJournal} from './append.ts';
import {readLines} from './read.ts';
import {cutTornTail} from './repair.ts';
import {segmentPath} from './segment-name.ts';

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
