import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import fc, {property, uint8Array} from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {analyseProgressFile} from './analyse-file.ts';
import {ProgressFile} from './progress-file.ts';
import {told} from './testing/records.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-progress-'));
  path = join(directory, 'progress.jsonl');
});
afterEach(() => rmSync(directory, {recursive: true, force: true}));

const line = (at: number, more: object = {}) => `${JSON.stringify(told(at, 'a_progress', more))}\n`;

/** What a reader of the file hears; reads what is there at each call. */
function listener(file = new ProgressFile(path)) {
  const heard: (number | string)[] = [];
  return {
    file,
    read: () => {
      file.readAll({
        record: record => heard.push(record.elapsed_ms ?? -1),
        skipped: bytes => heard.push(`skipped ${bytes}`),
        reset: () => heard.push('reset'),
      });
      return heard.splice(0);
    },
  };
}

describe('a file of progress', () => {
  it('need not be there yet', () => {
    const {read, file} = listener();
    expect(read()).toEqual([]);
    writeFileSync(path, line(1));
    expect(read()).toEqual([1]);
    file.close();
    expect(analyseProgressFile(join(directory, 'none')).report().records).toBe(0);
  });

  it('is read as it grows, each whole line once, wherever it is torn', () => {
    const bytes = Buffer.from(line(1, {note: 'ä€😀'}) + line(2));
    for (let cut = 0; cut <= bytes.length; cut++) {
      writeFileSync(path, bytes.subarray(0, cut));
      const {read, file} = listener();
      const before = read();
      appendFileSync(path, bytes.subarray(cut));
      expect([...before, ...read(), ...read()]).toEqual([1, 2]);
      file.close();
    }
  });

  it('is read anew when it got shorter or another file has its name', () => {
    writeFileSync(path, line(1) + line(2));
    const {read, file} = listener();
    expect(read()).toEqual([1, 2]);
    truncateSync(path);
    appendFileSync(path, line(3));
    expect(read()).toEqual(['reset', 3]);
    writeFileSync(join(directory, 'new'), line(4) + line(5) + line(6));
    renameSync(join(directory, 'new'), path);
    expect(read()).toEqual(['reset', 4, 5, 6]);
    rmSync(path);
    expect(read()).toEqual([]);
    writeFileSync(path, line(7));
    expect(read()).toEqual(['reset', 7]);
    file.close();
  });

  it('is read anew when somebody wrote over what was read, also at equal length, and not when it was touched', () => {
    writeFileSync(path, line(1) + line(2));
    const {read, file} = listener();
    expect(read()).toEqual([1, 2]);
    utimesSync(path, 1, 1);
    expect(read()).toEqual([]);
    writeFileSync(path, line(1) + line(3), {flag: 'r+'});
    expect(read()).toEqual(['reset', 1, 3]);
    writeFileSync(path, line(1) + line(33) + line(4), {flag: 'r+'});
    expect(read()).toEqual(['reset', 1, 33, 4]);
    appendFileSync(path, line(5));
    expect(read()).toEqual([5]);
    file.close();
  });

  it('tells at which byte each record begins', () => {
    const lines = [line(1), line(2, {note: 'ä€😀'}), '\n', 'garbage\n', line(3), line(4)];
    writeFileSync(path, lines.slice(0, 5).join(''));
    const begins: number[] = [];
    const file = new ProgressFile(path);
    const visitor = {
      record: (_: unknown, __: string, begin: number) => begins.push(begin),
      skipped: () => undefined,
      reset: () => undefined,
    };
    file.readAll(visitor);
    appendFileSync(path, lines[5] ?? '');
    file.readAll(visitor);
    file.close();
    const at = (count: number) => Buffer.byteLength(lines.slice(0, count).join(''));
    expect(begins).toEqual([0, at(1), at(4), at(5)]);
    expect(file.nextLine).toBe(at(6));
  });

  it('may hold lines that are no records: they are counted with their bytes', () => {
    const odd = [
      'garbage',
      '{}',
      '[1]',
      'null',
      '"x"',
      '{"event":"x","phase":"x","sub_phase":"x"}',
      '\0\0\0\0',
    ];
    writeFileSync(
      path,
      `${odd.map(each => `${each}\n${line(1)}`).join('')}\n  \n\r\n${line(2).trimEnd()}\r\n`,
    );
    const {read, file} = listener();
    expect(read()).toEqual([...odd.flatMap(each => [`skipped ${each.length + 1}`, 1]), 2]);
    file.close();
  });

  it('may hold a line that is longer than any record: it is passed over, however it comes', () => {
    const mib = 1024 * 1024;
    const exactly = (bytes: number) => line(2, {note: 'x'.repeat(bytes - line(2, {note: ''}).length)});
    for (const [bytes, heard] of [
      [mib, 2],
      [mib + 2, `skipped ${mib + 2}`],
      [3 * mib, `skipped ${3 * mib}`],
    ] as const) {
      writeFileSync(path, line(1) + exactly(bytes) + line(3));
      const whole = listener();
      expect(whole.read()).toEqual([1, heard, 3]);
      whole.file.close();
      writeFileSync(path, line(1) + exactly(bytes).slice(0, bytes - 9));
      const pieces = listener();
      expect(pieces.read()).toEqual([1]);
      appendFileSync(path, exactly(bytes).slice(bytes - 9) + line(3));
      expect(pieces.read()).toEqual([heard, 3]);
      pieces.file.close();
    }
  });

  it('leaves out what has the wrong type and believes no number that is none', () => {
    const told = '"event":"a","phase":"a","sub_phase":"done","ts_ms":1';
    writeFileSync(
      path,
      `{${told},"elapsed_ms":"7","rows_processed":1e999,"run_id":4,"note":null}\n{"event":"a","phase":"a","sub_phase":"done","ts_ms":1e999}\n`,
    );
    const [run] = analyseProgressFile(path).report().runs;
    expect(run).toMatchObject({run_id: null, records: 1, elapsed_ms: null, rows: null});
    expect(analyseProgressFile(path).report().skipped.lines).toBe(1);
  });

  it('never breaks the reader, whatever is in it', () => {
    fc.assert(
      property(uint8Array({maxLength: 400}), garbage => {
        writeFileSync(path, Buffer.concat([Buffer.from(line(1)), garbage, Buffer.from(`\n${line(2)}`)]));
        const {records, skipped, runs} = analyseProgressFile(path).report();
        expect(records).toBe(2);
        expect(runs.length).toBe(1);
        expect(skipped.bytes).toBeLessThanOrEqual(Buffer.from(garbage).toString().length * 3 + 1);
      }),
      {numRuns: 50},
    );
  });

  it('cannot be a directory', () => {
    expect(() => analyseProgressFile(directory)).toThrow(/is not a file/);
  });
});
