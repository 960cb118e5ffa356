import {appendFileSync, closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import fc, {array, constantFrom, integer, property} from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {LineReader} from './line-reader.ts';
import {lastLineIn, linesBack, scanBack} from './lines-back.ts';

let directory: string;
let path: string;
let fd: number;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-lines-'));
  path = join(directory, 'lines');
  writeFileSync(path, '');
  fd = openSync(path, 'r');
});
afterEach(() => {
  closeSync(fd);
  rmSync(directory, {recursive: true, force: true});
});

/** Short and long lines, blank ones, and often a tail without a newline. */
const texts = array(constantFrom('', 'a', 'bc', 'defghijk', 'l'.repeat(40), '\n', '\n', '\n', 'ä'), {
  maxLength: 40,
}).map(parts => parts.join(''));

function linesOf(reader: LineReader): string {
  let text = '';
  for (let lines = reader.next(fd); lines !== undefined; lines = reader.next(fd)) text += lines.toString();
  return text;
}

describe('a line reader', () => {
  it('gives every whole line once, however long its blocks are and wherever the file was torn meanwhile', () => {
    fc.assert(
      property(texts, integer({min: 1, max: 50}), integer({min: 0, max: 400}), (text, blockBytes, cut) => {
        const bytes = Buffer.from(text);
        writeFileSync(path, bytes.subarray(0, cut));
        const reader = new LineReader({blockBytes});
        const before = linesOf(reader);
        appendFileSync(path, bytes.subarray(cut));
        expect(before + linesOf(reader)).toBe(text.slice(0, text.lastIndexOf('\n') + 1));
        expect(reader.end).toBe(bytes.length);
        expect(reader.isAtEnd).toBe(true);
      }),
    );
  });

  it('passes over a line that is too long, and tells where it was', () => {
    const long = 'x'.repeat(100);
    writeFileSync(path, `one\n${long}`);
    const told: unknown[] = [];
    const reader = new LineReader({
      blockBytes: 8,
      maxLineBytes: 20,
      onTooLong: (from, to) => told.push([from, to]),
    });
    expect(linesOf(reader)).toBe('one\n');
    expect(told).toEqual([[4, undefined]]);
    appendFileSync(path, `${long}\ntwo\nthree\n`);
    expect(linesOf(reader)).toBe('two\nthree\n');
    expect(told).toEqual([
      [4, undefined],
      [4, 204],
    ]);
  });

  it('takes a line of exactly the longest length', () => {
    const told: unknown[] = [];
    const onTooLong = (from: number) => told.push(from);
    writeFileSync(path, `${'x'.repeat(20)}\n${'y'.repeat(21)}\nz\n`);
    expect(linesOf(new LineReader({blockBytes: 8, maxLineBytes: 20, onTooLong}))).toBe(
      `${'x'.repeat(20)}\nz\n`,
    );
    expect(told).toEqual([21, 21]);
  });

  it('keeps nothing of a line without an end, which its writer may cut off and write anew', () => {
    writeFileSync(path, 'one\nhalf');
    const reader = new LineReader();
    expect(linesOf(reader)).toBe('one\n');
    truncateSync(path, 4);
    appendFileSync(path, 'two and more\n');
    expect(linesOf(reader)).toBe('two and more\n');
  });

  it('reads no further than it is told', () => {
    writeFileSync(path, 'one\ntwo\nthree\n');
    const reader = new LineReader();
    reader.seek(4);
    expect(reader.next(fd, 10)?.toString()).toBe('two\n');
    expect(reader.next(fd, 10)).toBeUndefined();
    expect(reader.offset).toBe(8);
  });
});

describe('lines from the end of a file', () => {
  it('are all there, in blocks of any length', () => {
    fc.assert(
      property(texts, integer({min: 1, max: 50}), (text, blockBytes) => {
        writeFileSync(path, text);
        const size = Buffer.byteLength(text);
        const blocks = [...linesBack(fd, size, {blockBytes, mostBytes: size})].map(String);
        expect(blocks.reverse().join('')).toBe(text);
      }),
    );
  });

  it('are left out where they begin before what is to be looked at', () => {
    writeFileSync(path, 'first\nsecond\nthird');
    expect([...linesBack(fd, 18, {mostBytes: 8})].map(String)).toEqual(['third']);
    expect([...linesBack(fd, 18, {mostBytes: 4})].map(String)).toEqual([]);
  });

  it('are counted and found, of any length', () => {
    fc.assert(
      property(texts, text => {
        writeFileSync(path, text.repeat(200));
        const bytes = Buffer.from(text.repeat(200));
        const ends = [...bytes.entries()].filter(([, byte]) => byte === 10).map(([at]) => at + 1);
        expect(scanBack(fd, bytes.length, 3)).toEqual({
          offset: ends.at(-3) ?? 0,
          found: Math.min(3, ends.length),
        });
        const to = ends.at(-1);
        const from = ends.at(-2) ?? 0;
        expect(lastLineIn(fd, bytes.length)).toEqual(
          to === undefined ? undefined : {from, to, text: bytes.toString('utf8', from, to - 1)},
        );
      }),
      {numRuns: 30},
    );
  });
});
