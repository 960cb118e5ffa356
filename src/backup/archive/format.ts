/**
 * What a backup file is: a tar archive, compressed with gzip. Its first entry tells who made it, its last one what is in it, with
 * a checksum over all that lies between: a backup that was cut or damaged is known before anything of it is used. Between them
 * are files of the state directory under their paths there. Pure.
 */
import {createHash, type Hash} from 'node:crypto';
import * as v from 'valibot';

import {parseRepoId, StintError} from '../../base/index.ts';
import {EVENTS_SCHEMA, JOBS_SCHEMA} from '../../store/index.ts';

export const FORMAT = 1;
export const HEAD_ENTRY = 'stint-backup.json';
export const END_ENTRY = 'stint-backup-end.json';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const HEAD = v.object({
  format: count,
  /** Of the stint that made it. */
  version: v.string(),
  /** Of its databases. */
  jobs_schema: count,
  events_schema: count,
  host: v.string(),
  created_at_ms: count,
});

/** By whom, where and when a backup was made. */
export type BackupHead = v.InferOutput<typeof HEAD>;

const END = v.object({
  /** How many entries lie between the first and this one, and how many bytes they take when they are unpacked, without holes. */
  entries: count,
  bytes: count,
  /** 64 hex digits: see `ArchiveDigest`. */
  sha256: v.string(),
  /** `<repository>/<invocation>/<directory of the job>`. */
  jobs: v.array(v.string()),
  /** Those of them that had not ended, or whose log was not closed. */
  unfinished: v.array(v.string()),
  topics: v.array(v.string()),
  others: v.array(v.string()),
});

/** What is in a backup. */
export type BackupEnd = v.InferOutput<typeof END>;

/** Longer ones are no part of a backup. */
export const MOST_MANIFEST_BYTES = 256 * 1024 * 1024;

/** Throws `NOT_A_STINT_FILE` for what no stint wrote, `NEWER_SCHEMA` for what a newer one did. */
export function parseHead(text: string, path: string, version: string): BackupHead {
  const format = v.safeParse(v.object({format: count, version: v.string()}), parsed(text));
  if (!format.success) throw notABackup(path);
  if (format.output.format > FORMAT) throw newerBackup(path, format.output.version, version);
  const head = v.safeParse(HEAD, parsed(text));
  if (!head.success) throw notABackup(path);
  const {jobs_schema, events_schema} = head.output;
  if (jobs_schema > JOBS_SCHEMA.version || events_schema > EVENTS_SCHEMA.version)
    throw newerBackup(path, head.output.version, version);
  return head.output;
}

/** Undefined for what is none. */
export function parseEnd(text: string): BackupEnd | undefined {
  const end = v.safeParse(END, parsed(text));
  return end.success ? end.output : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // it is none of ours
  }
}

export function notABackup(path: string, cause?: unknown): StintError {
  return new StintError('NOT_A_STINT_FILE', `${path} is no backup of stint. Nothing was changed.`, {
    cause,
    hint: 'A backup is what stint backup made, as it made it.',
  });
}

export function damagedBackup(path: string, why: string, cause?: unknown): StintError {
  return new StintError('BACKUP_DAMAGED', `The backup ${path} is damaged: ${why}. Nothing was changed.`, {
    cause,
    hint: 'Take another copy of it, or an earlier backup.',
  });
}

/** What makes an archive none of ours, as a part of a sentence. */
export class BadContent extends Error {}

function newerBackup(path: string, theirs: string, ours: string): StintError {
  return new StintError(
    'NEWER_SCHEMA',
    `The backup ${path} was made by stint ${theirs}, which is newer than this one (${ours}). Nothing was changed.`,
    {hint: 'Upgrade this stint.'},
  );
}

/** Why an entry's name cannot be the path of a saved file; undefined where it can. */
export function badName(name: string): string | undefined {
  const parts = name.split('/');
  if (name.includes('\0') || name.length > 4096) return 'a name that no file has';
  if (parts.some(part => part === '' || part === '.' || part === '..')) return 'a path that leads elsewhere';
  const isStrange = parts[0] === 'repos' && (parts.length < 3 || parseRepoId(parts[1] ?? '') === undefined);
  return isStrange ? 'a repository that none can be' : undefined;
}

/** Of one entry what the checksum is made of, besides its content as it lies in the archive. */
export interface EntryFacts {
  readonly name: string;
  /** Bytes in the archive. */
  readonly stored: number;
  /** Bytes of the file, with holes. */
  readonly size: number;
  readonly mtime: string;
}

/** SHA-256 over each entry: a line of JSON that tells of it, then its content as it lies in the archive. */
export class ArchiveDigest {
  readonly #hash: Hash = createHash('sha256');
  entries = 0;
  bytes = 0;

  entry({name, stored, size, mtime}: EntryFacts): void {
    this.#hash.update(`${JSON.stringify([name, stored, size, mtime])}\n`);
    this.entries += 1;
    this.bytes += stored;
  }

  content(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }

  hex(): string {
    return this.#hash.copy().digest('hex');
  }
}
