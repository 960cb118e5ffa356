import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {listSegments, segmentPath} from './segment-name.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-journal-'));
});
afterEach(() => rmSync(directory, {recursive: true}));

describe('segment names', () => {
  it('give the oldest segment the path itself and number the others with six digits', () => {
    expect(segmentPath('/a/output.jsonl', 0)).toBe('/a/output.jsonl');
    expect(segmentPath('/a/output.jsonl', 1)).toBe('/a/output-000001.jsonl');
    expect(segmentPath('/a/output.jsonl', 1_234_567)).toBe('/a/output-1234567.jsonl');
    expect(segmentPath('output.jsonl', 2)).toBe('output-000002.jsonl');
    expect(segmentPath('/a.b/plain', 3)).toBe('/a.b/plain-000003');
  });

  it('are found in numeric order whatever else lies in the directory', () => {
    for (const file of [
      'output-1000000.jsonl',
      'output-000010.jsonl',
      'output-000002.jsonl',
      'output.jsonl',
      'output-000000.jsonl',
      'output-2.jsonl',
      'output-0000003.jsonl',
      'output-000004.jsonl.bak',
      'output.jsonl.idx',
      'output-000004.jsonl.idx',
      'output.jsonl.torn',
      'output-000004.jsonl.lock',
      'output-00000x.jsonl',
      'output-.jsonl',
      'other-000005.jsonl',
      'progress.jsonl',
      'out',
    ]) {
      writeFileSync(join(directory, file), '');
    }
    mkdirSync(join(directory, 'output-000006.jsonl'));
    expect(listSegments(join(directory, 'output.jsonl'))).toEqual([0, 2, 10, 1_000_000]);
  });

  it('take special characters in the stem literally', () => {
    const path = join(directory, 'a+(b).jsonl');
    writeFileSync(segmentPath(path, 1), '');
    writeFileSync(join(directory, 'aa(b)-000002.jsonl'), '');
    expect(listSegments(path)).toEqual([1]);
  });

  it('are none in a directory that does not exist', () => {
    expect(listSegments(join(directory, 'missing', 'output.jsonl'))).toEqual([]);
  });
});
