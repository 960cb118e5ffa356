/** Where a run stands in a file that is appended to: its last record, found from the end of the file. */
import {closeSync, fstatSync, openSync} from 'node:fs';

import {codeOf, pathBytes} from '../base/index.ts';
import {linesBack} from '../platform/index.ts';
import {type ProgressRecord, parseProgressLine} from './record.ts';

/** Nobody waits for a look through more than this. */
const MOST_BYTES = 4 * 1024 * 1024;

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
  for (const lines of linesBack(fd, size, {mostBytes: MOST_BYTES})) {
    const found = lastAmong(lines.toString(), runId);
    if (found !== undefined) return found;
  }
  return size <= MOST_BYTES ? 'none' : 'unknown';
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
