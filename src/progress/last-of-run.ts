/** Where a run stands in a file that is appended to: its last record, found from the end of the file. */
import {closeSync, fstatSync, openSync, readSync} from 'node:fs';

import {codeOf, pathBytes} from '../base/index.ts';
import {type ProgressRecord, parseProgressLine} from './record.ts';

const CHUNK_BYTES = 64 * 1024;
/** Nobody waits for a look through more than this. */
const MOST_BYTES = 4 * 1024 * 1024;
const NEWLINE = 10;

/** `none`: this is the first record of the run. `unknown`: it is not among the newest records of a large file. */
export type LastOfRun = ProgressRecord | 'none' | 'unknown';

/** Throws when the file is there and cannot be read. */
export function lastOfRun(path: string, runId: string): LastOfRun {
  const fd = opened(path);
  if (fd === undefined) return 'none';
  try {
    return lookedUp(fd, runId);
  } finally {
    closeSync(fd);
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(pathBytes(path), 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function lookedUp(fd: number, runId: string): LastOfRun {
  const {size} = fstatSync(fd);
  const end = Math.max(0, size - MOST_BYTES);
  // A line that begins before the chunk is read with the one before it.
  let rest = Buffer.alloc(0);
  for (let at = size; at > end; ) {
    const length = Math.min(CHUNK_BYTES, at - end);
    at -= length;
    const chunk = Buffer.alloc(length);
    const bytes = Buffer.concat([chunk.subarray(0, readSync(fd, chunk, 0, length, at)), rest]);
    const begin = at === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
    const found = lastAmong(bytes.toString('utf8', begin), runId);
    if (found !== undefined) return found;
    rest = bytes.subarray(0, at === 0 || begin > 0 ? begin : bytes.length);
  }
  return end === 0 ? 'none' : 'unknown';
}

function lastAmong(text: string, runId: string): ProgressRecord | undefined {
  // Most lines of other runs need not be parsed.
  const name = JSON.stringify(runId);
  for (const line of text.split('\n').reverse()) {
    if (!line.includes(name)) continue;
    const record = parseProgressLine(line);
    if (record?.run_id === runId) return record;
  }
  return undefined;
}
