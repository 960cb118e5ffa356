/** Writes the archive: entries one after the other, each of a file as long as it was when it was opened. */
import {readSync, type Stats} from 'node:fs';
import {pipeline} from 'node:stream/promises';
import {createGzip} from 'node:zlib';
import {type Headers, type Pack, pack} from 'tar-stream';

import {stringifyWellFormed} from '../../base/index.ts';
import {PRIVATE_FILE} from '../../platform/index.ts';
import {ArchiveDigest, type BackupEnd, type BackupHead, END_ENTRY, HEAD_ENTRY} from './format.ts';
import {type Extent, extentMap, extentsOf} from './sparse.ts';

const READ_BYTES = 256 * 1024;
/** A file that has this much less on the disk than it is long has holes worth looking for. */
const WORTH_BYTES = 128 * 1024;
/** What logs lose to a stronger compression is little, and it takes several times as long. */
const LEVEL = 1;

export class ArchiveWriter {
  readonly #pack: Pack = pack();
  readonly #digest = new ArchiveDigest();
  readonly #written: Promise<void>;
  /** Rejects when what is packed cannot be written. */
  readonly #failure: Promise<never>;
  /** Bytes of files that went in. */
  bytes = 0;

  /** `write` takes what is packed, all of it. */
  constructor(write: (chunk: Buffer) => void) {
    let cause: unknown;
    const take = async (chunks: AsyncIterable<Buffer>) => {
      try {
        for await (const chunk of chunks) write(chunk);
      } catch (error) {
        cause = error; // the pipeline would tell that it was aborted
        throw error;
      }
    };
    this.#written = pipeline(
      this.#pack,
      gathered,
      createGzip({level: LEVEL, chunkSize: READ_BYTES}),
      take,
    ).catch(error => Promise.reject(cause ?? error));
    this.#failure = this.#written.then(
      () => NEVER,
      error => Promise.reject(error),
    );
    this.#failure.catch(() => undefined); // told to whoever writes the next entry
  }

  async head(head: BackupHead): Promise<void> {
    await this.#whole({name: HEAD_ENTRY, mtime: new Date(head.created_at_ms)}, json(head));
  }

  /** The first `stats.size` bytes of an open file. */
  async file(name: string, fd: number, stats: Pick<Stats, 'size' | 'blocks' | 'mtimeMs'>): Promise<void> {
    const {size, blocks, mtimeMs} = stats;
    const extents = size - blocks * 512 >= WORTH_BYTES ? extentsOf(fd, size) : [{offset: 0, length: size}];
    const stored = extents.reduce((sum, {length}) => sum + length, 0);
    const isSparse = size - stored >= WORTH_BYTES;
    const mtime = String(Math.max(0, mtimeMs) / 1000);
    const times = {mtime: new Date(Math.max(0, mtimeMs))};
    if (!isSparse)
      return this.#content({name, size, ...times, pax: {mtime}}, size, fd, [{offset: 0, length: size}]);
    const map = extentMap(extents);
    const pax = {
      mtime,
      'GNU.sparse.major': '1',
      'GNU.sparse.minor': '0',
      'GNU.sparse.name': name,
      'GNU.sparse.realsize': String(size),
    };
    const header = {name: `GNUSparseFile.0/${name.slice(-80)}`, size: map.length + stored, ...times, pax};
    return this.#content(header, size, fd, extents, map, name);
  }

  /** Ends the archive; resolves when all of it was written. */
  async end(end: Omit<BackupEnd, 'entries' | 'bytes' | 'sha256'>, mtime: Date): Promise<BackupEnd> {
    const {entries, bytes} = this.#digest;
    const whole = {...end, entries, bytes, sha256: this.#digest.hex()};
    await this.#whole({name: END_ENTRY, mtime}, json(whole));
    this.#pack.finalize();
    await this.#written;
    return whole;
  }

  /** Gives up; nothing is written any more. */
  async abort(): Promise<void> {
    this.#pack.destroy();
    await this.#written.catch(() => undefined);
  }

  async #content(
    header: PaxHeaders,
    size: number,
    fd: number,
    extents: readonly Extent[],
    map?: Buffer,
    name = header.name,
  ): Promise<void> {
    this.#digest.entry({name, stored: header.size ?? 0, size, mtime: header.pax?.mtime ?? ''});
    this.bytes += size;
    if (map === undefined && size <= READ_BYTES) {
      const bytes = readWhole(fd, {offset: 0, length: size});
      this.#digest.content(bytes);
      return this.#whole(header, bytes);
    }
    const sink = this.#pack.entry({...header, mode: PRIVATE_FILE} as Headers);
    const ended = new Promise<void>((resolve, reject) => sink.once('close', resolve).once('error', reject));
    ended.catch(() => undefined); // the failure is told
    const put = async (chunk: Buffer) => {
      this.#digest.content(chunk);
      if (!sink.write(chunk)) await this.#orFailure(new Promise(resolve => sink.once('drain', resolve)));
    };
    if (map !== undefined) await put(map);
    for (const {offset, length} of extents) {
      for (let at = 0; at < length; at += READ_BYTES)
        await put(readWhole(fd, {offset: offset + at, length: Math.min(READ_BYTES, length - at)}));
    }
    sink.end();
    await this.#orFailure(ended);
  }

  #whole(header: PaxHeaders, bytes: Buffer): Promise<void> {
    return this.#orFailure(
      new Promise((resolve, reject) => {
        this.#pack.entry({...header, mode: PRIVATE_FILE, size: bytes.length} as Headers, bytes, error =>
          error ? reject(error) : resolve(),
        );
      }),
    );
  }

  #orFailure<T>(done: Promise<T>): Promise<T> {
    return Promise.race([done, this.#failure]);
  }
}

/** The same bytes in larger pieces: each costs the compression a turn of another thread. */
async function* gathered(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let [held, length]: [Buffer[], number] = [[], 0];
  for await (const piece of pieces) {
    held.push(piece);
    length += piece.length;
    if (length < READ_BYTES) continue;
    yield Buffer.concat(held);
    [held, length] = [[], 0];
  }
  yield Buffer.concat(held);
}

const NEVER = new Promise<never>(() => undefined);

/** As tar-stream takes them. */
interface PaxHeaders extends Headers {
  readonly pax?: Readonly<Record<string, string>>;
}

/** Files of stint only grow; of one that another program cut meanwhile, what is missing are zeros. */
function readWhole(fd: number, {offset, length}: Extent): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const read = readSync(fd, bytes, at, length - at, offset + at);
    if (read === 0) break;
    at += read;
  }
  return bytes;
}

function json(value: object): Buffer {
  return Buffer.from(`${stringifyWellFormed(value)}\n`);
}
