/**
 * How a journal's files are named. Segment 0 is the path itself and holds the oldest records, then come
 * `<stem>-000001.jsonl` and so on. Nothing is ever renamed, so a reader's open file stays what it was.
 */
import {type Dirent, readdirSync} from 'node:fs';
import {basename, dirname, join, parse} from 'node:path';

import {hasCode} from '../base/index.ts';

/** The file of a segment; `path` is the journal's own path, which is segment 0. */
export function segmentPath(path: string, segment: number): string {
  if (segment === 0) return path;
  const {dir, name, ext} = parse(path);
  return join(dir, `${name}-${padded(segment)}${ext}`);
}

/**
 * The segments that exist, ascending. The first need not be 0: retention may have removed the oldest.
 * A directory that does not exist has none; files of other names are passed over.
 */
export function listSegments(path: string): number[] {
  const segments: number[] = [];
  for (const entry of entriesOf(dirname(path))) {
    const segment = segmentOf(path, entry.name);
    if (segment !== undefined && !entry.isDirectory()) segments.push(segment);
  }
  return segments.sort((a, b) => a - b);
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, {withFileTypes: true});
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function segmentOf(path: string, file: string): number | undefined {
  if (file === basename(path)) return 0;
  const {name, ext} = parse(path);
  if (!file.startsWith(`${name}-`) || !file.endsWith(ext)) return undefined;
  const digits = file.slice(name.length + 1, file.length - ext.length);
  const segment = /^\d{6,15}$/.test(digits) ? Number(digits) : 0;
  return segment > 0 && padded(segment) === digits ? segment : undefined;
}

function padded(segment: number): string {
  return String(segment).padStart(6, '0');
}
