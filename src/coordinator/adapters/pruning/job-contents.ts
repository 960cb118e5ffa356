/** What lies in a job's directory: stint's own files by their names, and what somebody else put there. */
import {type Dirent, lstatSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

import {codeOf} from '../../../base/index.ts';
import {JOB_FILES} from '../directory/job-paths.ts';

export interface JobContents {
  /** Names of stint's files and of the directory of its readers; that of the spec, which tells whose directory it is, is the last one. */
  readonly own: readonly string[];
  /** Names of anything else. */
  readonly strange: readonly string[];
}

/** Undefined where there is no such directory. Throws where it cannot be looked into. */
export function contentsOf(directory: string): JobContents | undefined {
  const own: string[] = [];
  const strange: string[] = [];
  let hasSpec = false;
  try {
    for (const entry of readdirSync(directory, {withFileTypes: true})) {
      if (!isOwn(directory, entry)) strange.push(entry.name);
      else if (entry.name === JOB_FILES.spec) hasSpec = true;
      else own.push(entry.name);
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  if (hasSpec) own.push(JOB_FILES.spec);
  return {own, strange};
}

/** Bytes on the disk of the directory and of stint's files in it. */
export function bytesIn(directory: string, {own}: JobContents): number {
  const inReaders = own.includes(JOB_FILES.readers) ? namesOfReaders(directory) : [];
  return [...own, ...inReaders].reduce(
    (sum, name) => sum + bytesOn(join(directory, name)),
    bytesOn(directory),
  );
}

/** Bytes that a file or a directory itself takes on the disk; 0 where it is gone. */
export function bytesOn(path: string): number {
  return (lstatSync(path, {throwIfNoEntry: false})?.blocks ?? 0) * BLOCK_BYTES;
}

/** In which the system counts, whatever those of the file system are. */
const BLOCK_BYTES = 512;

const NAMES: ReadonlySet<string> = new Set(Object.values(JOB_FILES));

/** The only directory is that of readers, as long as it holds nothing else. */
function isOwn(directory: string, entry: Dirent): boolean {
  if (!entry.isDirectory()) return entry.name !== JOB_FILES.readers && isOwnFile(entry.name);
  return entry.name === JOB_FILES.readers && namesOfReaders(directory).every(name => READER_FILE.test(name));
}

function namesOfReaders(directory: string): string[] {
  return readdirSync(join(directory, JOB_FILES.readers)).map(name => join(JOB_FILES.readers, name));
}

const READER_FILE = /^readers\/[^/]+\.json(?:\.new)?$/;

function isOwnFile(name: string): boolean {
  return NAMES.has(name) || MADE_BESIDE.test(name);
}

/** Further files of a journal, what waits to replace a file, and what a recorder put aside. */
const MADE_BESIDE =
  /^(?:output-\d{6}\.jsonl|(?:status\.jsonl|held\.json|progress\.checkpoint)\.new|(?:output(?:-\d{6})?|status)\.jsonl\.replaced-\d+)$/;
