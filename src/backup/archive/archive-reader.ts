/**
 * Reads an archive from its begin to its end and believes nothing: names, sizes and the checksum are looked at, and what it can
 * cost in memory is bounded. What is in its files is handed on in pieces, never kept.
 */
import {fstatSync, readSync} from 'node:fs';
import {Transform} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import {extract} from 'tar-stream';

import {messageOf, StintError} from '../../base/index.ts';
import {packageVersion} from '../../platform/index.ts';
import {
  ArchiveDigest,
  type BackupEnd,
  type BackupHead,
  BadContent,
  badName,
  damagedBackup,
  END_ENTRY,
  HEAD_ENTRY,
  MOST_MANIFEST_BYTES,
  notABackup,
  parseEnd,
  parseHead,
} from './format.ts';
import {type Extent, parseExtentMap} from './sparse.ts';

/** Takes one file. */
export interface FileSink {
  write(bytes: Buffer, offset: number): void;
  end(): void;
}

export interface ArchiveFile {
  readonly name: string;
  /** With holes. */
  readonly size: number;
  /** Without. */
  readonly stored: number;
  /** Unix seconds. */
  readonly mtime: number;
}

export interface ReadOptions {
  /** An open file, and what it is called for people. */
  readonly fd: number;
  readonly path: string;
  readonly signal: AbortSignal;
  /** Hears how many bytes of the file were read, of how many. */
  readonly onRead: (done: number, total: number) => void;
  /** Gives what is to take a file. Default: nobody does. */
  readonly open?: (file: ArchiveFile) => FileSink | undefined;
}

export interface ReadBackup {
  readonly head: BackupHead;
  readonly end: BackupEnd;
}

/** Headers of an archive take no more than this before a file comes. */
const MOST_BETWEEN = 8 * 1024 * 1024;
const HEAD_BYTES = 64 * 1024;
const READ_BYTES = 256 * 1024;

/** Reads all of it. Rejects with `NOT_A_STINT_FILE`, `NEWER_SCHEMA` or `BACKUP_DAMAGED`; what `open` throws is passed on. */
export async function readArchive(options: ReadOptions): Promise<ReadBackup> {
  const reading = new Reading(options);
  const entries = extract();
  const source = piecesOf(options);
  const guard = new Transform({
    transform: (chunk: Buffer, _, callback) => {
      reading.fed += chunk.length;
      if (reading.fed > MOST_BETWEEN) callback(reading.damaged('its headers are too long'));
      else callback(null, chunk);
    },
  });
  const flowing = pipeline(source, createGunzip({chunkSize: READ_BYTES}), guard, entries, {
    signal: options.signal,
  });
  flowing.catch(() => undefined); // the entries tell
  try {
    for await (const entry of entries) {
      reading.fed = 0;
      await reading.take(entry.header as Header, entry);
      entry.resume();
    }
    await flowing;
  } catch (error) {
    throw reading.explained(error);
  }
  return reading.whole();
}

/** The file from its begin, whoever read of it before. */
function* piecesOf({fd, onRead}: ReadOptions): Generator<Buffer, void, undefined> {
  const total = fstatSync(fd).size;
  for (let done = 0; ; ) {
    const piece = Buffer.allocUnsafe(READ_BYTES);
    const length = readSync(fd, piece, 0, READ_BYTES, done);
    if (length === 0) return;
    done += length;
    onRead(done, total);
    yield piece.subarray(0, length);
  }
}

/** As tar-stream gives them. */
interface Header {
  readonly name: string;
  readonly size?: number;
  readonly type?: string | null;
  readonly mtime?: Date;
  readonly pax?: Readonly<Record<string, string>>;
}

class Reading {
  readonly #options: ReadOptions;
  readonly #digest = new ArchiveDigest();
  #head: BackupHead | undefined;
  #end: BackupEnd | undefined;
  /** Bytes since something was made of them. */
  fed = 0;

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  damaged(why: string, cause?: unknown): StintError {
    return damagedBackup(this.#options.path, why, cause);
  }

  /** What reading fails with, for people. */
  explained(error: unknown): unknown {
    const {signal, path} = this.#options;
    if (signal.aborted || error instanceof StintError || error instanceof SinkError)
      return error instanceof SinkError ? error.cause : error;
    if (this.#head === undefined) return notABackup(path, error);
    return this.damaged(reasonOf(error), error);
  }

  whole(): ReadBackup {
    const {path} = this.#options;
    if (this.#head === undefined) throw notABackup(path);
    if (this.#end === undefined) throw this.damaged('its end is missing');
    return {head: this.#head, end: this.#end};
  }

  async take(header: Header, content: AsyncIterable<Buffer>): Promise<void> {
    if (this.#head === undefined) {
      if (header.name !== HEAD_ENTRY || (header.size ?? 0) > HEAD_BYTES) throw notABackup(this.#options.path);
      this.#head = parseHead(await this.#text(content), this.#options.path, packageVersion());
      return;
    }
    if (this.#end !== undefined) throw this.damaged('something stands behind its end');
    if (header.type !== 'file') throw this.damaged(`it holds something else than files (${header.type})`);
    if (header.name === END_ENTRY) return this.#takeEnd(header, content);
    await this.#takeFile(header, content);
  }

  async #takeEnd({size = 0}: Header, content: AsyncIterable<Buffer>): Promise<void> {
    if (size > MOST_MANIFEST_BYTES) throw this.damaged('its list of contents is too long');
    const end = parseEnd(await this.#text(content));
    const {entries, bytes} = this.#digest;
    if (end === undefined) throw this.damaged('its list of contents cannot be read');
    if (end.entries !== entries || end.bytes !== bytes || end.sha256 !== this.#digest.hex())
      throw this.damaged('its checksum does not fit');
    this.#end = end;
  }

  async #text(content: AsyncIterable<Buffer>): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of content) {
      this.fed = 0;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  }

  async #takeFile(header: Header, content: AsyncIterable<Buffer>): Promise<void> {
    const {pax = {}, size: stored = 0} = header;
    const sparse = pax['GNU.sparse.name'];
    const name = sparse ?? header.name;
    const size = sparse === undefined ? stored : Number(pax['GNU.sparse.realsize']);
    const mtime = Number(pax.mtime);
    const bad = badName(name);
    if (bad !== undefined) throw this.damaged(`it holds ${bad}`);
    if (!Number.isSafeInteger(size) || size < 0 || !Number.isSafeInteger(stored) || !Number.isFinite(mtime))
      throw this.damaged('it holds a file whose size or time cannot be');
    this.#digest.entry({name, stored, size, mtime: pax.mtime ?? ''});
    const sink = told(() => this.#options.open?.({name, size, stored, mtime}));
    const placed = new Placed(size, sparse !== undefined, sink);
    for await (const chunk of content) {
      this.fed = 0;
      this.#digest.content(chunk);
      placed.take(chunk);
    }
    if (!placed.isWhole) throw this.damaged('a file in it is cut');
    told(() => sink?.end());
  }
}

/** Brings what comes of a file to its places. */
class Placed {
  readonly #sink: FileSink | undefined;
  readonly #size: number;
  #extents: Extent[];
  #head: Buffer | undefined;
  #at = 0;

  constructor(size: number, isSparse: boolean, sink: FileSink | undefined) {
    this.#sink = sink;
    this.#size = size;
    this.#extents = [{offset: 0, length: size}];
    this.#head = isSparse ? Buffer.alloc(0) : undefined;
  }

  get isWhole(): boolean {
    const [extent] = this.#extents;
    return this.#head === undefined && (extent === undefined || extent.length === this.#at);
  }

  take(chunk: Buffer): void {
    if (this.#head === undefined) {
      this.#place(chunk);
      return;
    }
    const bytes = Buffer.concat([this.#head, chunk]);
    const map = parseExtentMap(bytes, this.#size);
    this.#head = map === undefined ? bytes : undefined;
    if (map === undefined) return;
    this.#extents = [...map.extents];
    this.#place(bytes.subarray(map.length));
  }

  #place(bytes: Buffer): void {
    let left = bytes;
    for (let [extent] = this.#extents; left.length > 0; [extent] = this.#extents) {
      if (extent === undefined) throw new BadContent('a file in it is longer than it says');
      const piece = left.subarray(0, extent.length - this.#at);
      told(() => this.#sink?.write(piece, extent.offset + this.#at));
      this.#at += piece.length;
      left = left.subarray(piece.length);
      if (this.#at < extent.length || this.#extents.length === 1) {
        if (left.length > 0) throw new BadContent('a file in it is longer than it says');
        return;
      }
      this.#extents.shift();
      this.#at = 0;
    }
  }
}

/** What whoever takes the files fails with is no fault of the archive. */
class SinkError extends Error {}

function told<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw new SinkError('', {cause: error});
  }
}

function reasonOf(error: unknown): string {
  const message = messageOf(error);
  if (error instanceof BadContent) return message;
  return /unexpected end|premature/i.test(message) ? 'its end is missing' : 'what is in it cannot be read';
}
