/**
 * Reads pages of a topic without its lock: only entries up to an end that was seen before, because these change no more.
 * Where pages ended is remembered, so whoever reads on does not have to look for the place.
 */
import {isUtf8} from 'node:buffer';

import {lineEnd} from '../../../base/index.ts';
import {Cursor, type Position, type Span, segmentPath} from '../../../journal/index.ts';
import type {StoredEntry} from '../../stored/stored-entry.ts';
import {damaged} from './damage.ts';
import {isBlank, readEntryLine} from './entry-line.ts';

/** The ids `from` to `to` (both included), at most `limit` of them, and no further one once they have `maxBytes` bytes. */
export interface Wanted {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly maxBytes: number;
}

/** Places that are remembered: one for each of so many readers of a topic. */
const MOST_PLACES = 16;

export class PageReader {
  readonly #log: string;
  /** Where the entry with an id begins, if it is there. */
  readonly #places = new Map<number, Position>();

  constructor(log: string) {
    this.#log = log;
  }

  /**
   * Ascending. Entries that are not there are passed over; damage ends a page, and throws `STORE_CORRUPT` when the page
   * would begin with it.
   */
  read(wanted: Wanted): StoredEntry[] {
    const place = this.#places.get(wanted.from);
    if (place !== undefined) {
      const page = this.#readAt({at: place}, wanted);
      if (page.entries[0]?.id === wanted.from) return page.entries;
      // Entries are missing there, or one is damaged: once more from a place that is certain.
    }
    const {entries, damage} = this.#readAt({from: wanted.from, numberKey: 'id'}, wanted);
    if (entries.length > 0 || damage === undefined) return entries;
    const {segment, fromByte, toByte} = damage;
    const why = 'this line is not the entry that belongs there';
    throw damaged(segmentPath(this.#log, segment), why, [fromByte, toByte]);
  }

  #readAt(start: {at: Position} | {from: number; numberKey: 'id'}, wanted: Wanted): Page {
    const cursor = new Cursor(this.#log, start, {isUnfiltered: true});
    try {
      const page = new Page(wanted, 'at' in start ? wanted.from - 1 : 0);
      for (let chunk = cursor.next(); chunk !== undefined; chunk = cursor.next()) {
        if (!page.take(chunk, cursor.chunkSpan)) break;
      }
      const last = page.entries.at(-1);
      if (last !== undefined && page.end !== undefined) this.#remember(wanted.from, last.id + 1, page.end);
      return page;
    } finally {
      cursor.close();
    }
  }

  #remember(before: number, id: number, place: Position): void {
    this.#places.delete(before);
    this.#places.delete(id);
    this.#places.set(id, place);
    for (const oldest of this.#places.keys()) {
      if (this.#places.size <= MOST_PLACES) break;
      this.#places.delete(oldest);
    }
  }
}

class Page {
  readonly entries: StoredEntry[] = [];
  /** Behind the last entry. */
  end: Position | undefined;
  /** A damaged line, of which it is not known whether it was before what is wanted. */
  damage: Span | undefined;
  readonly #wanted: Wanted;
  /** Of the last whole entry, wanted or not; 0 when it is not known. */
  #lastId: number;
  #bytes = 0;

  constructor(wanted: Wanted, lastId: number) {
    this.#wanted = wanted;
    this.#lastId = lastId;
  }

  /** False when no more is to be taken. */
  take(chunk: Buffer, {segment, fromByte}: Span): boolean {
    const isText = isUtf8(chunk);
    for (let at = 0; at < chunk.length; ) {
      const end = lineEnd(chunk, at);
      const isWhole = isText || isUtf8(chunk.subarray(at, end));
      const line = chunk.toString('utf8', at, end - 1);
      const entry = isWhole ? readEntryLine(line) : undefined;
      const span = {segment, fromByte: fromByte + at, toByte: fromByte + end};
      const isNothing = entry === undefined && isBlank(line);
      if (!isNothing && !this.#takeLine(entry, span)) return false;
      at = end;
    }
    return true;
  }

  #takeLine(entry: StoredEntry | undefined, span: Span): boolean {
    const {from, to, limit, maxBytes} = this.#wanted;
    if (entry === undefined || entry.id <= this.#lastId) {
      this.damage ??= span;
      return this.#lastId < from - 1; // behind it, it stands where a wanted one belongs
    }
    if (entry.id > to) return false;
    this.#lastId = entry.id;
    if (entry.id <= from) this.damage = undefined; // it was before
    if (entry.id < from) return true;
    if (this.damage !== undefined) return false;
    this.entries.push(entry);
    this.end = {segment: span.segment, offset: span.toByte};
    this.#bytes += entry.payload.length;
    return this.entries.length < limit && this.#bytes < maxBytes;
  }
}
