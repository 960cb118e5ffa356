/**
 * Appends lines to a file that others may append to as well: one write per line, so that none is torn by another. A file
 * that ends inside a line (a writer was killed, a disk was full) gets a newline first, so that nothing is glued to it. It
 * is best effort: a write that fails costs that line, is told once until writing works again, and never more than that.
 */
import {closeSync, constants, fstatSync, openSync, readSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {debuglog} from 'node:util';

import {codeOf, NEWLINE, pathBytes, reasonOf} from '../../base/index.ts';
import {beginsWith, fileHead, makeDirectories, notOurs, withoutBlanks} from '../../platform/index.ts';

/** Not blocking: a pipe that nobody reads must not stop the work. */
const APPEND = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NONBLOCK;
/**
 * A file can be seen in the middle of somebody else's write, whose end is there a moment later. What was looked at so
 * often is taken for torn; if it was not, all that comes of it is a blank line.
 */
const LOOKS = 20;
const debug = debuglog('stint');

export class EventFile {
  readonly #path: string;
  readonly #warn: (message: string) => void;
  readonly #isPlainFile: boolean;
  readonly #byte = Buffer.alloc(1);
  #fd: number | undefined;
  /** Where the last line of ours ended: the end of the file, unless somebody else wrote since. */
  #end = 0;
  #isSick = false;

  /** Makes directories and file. Throws when it cannot be opened for appending, `NOT_A_STINT_FILE` for what holds something else. */
  constructor(path: string, warn: (message: string) => void) {
    this.#path = path;
    this.#warn = warn;
    refuseForeign(path);
    this.#fd = openForAppending(path);
    this.#isPlainFile = fstatSync(this.#fd).isFile();
  }

  append(line: string): void {
    if (this.#fd === undefined) return;
    try {
      const text = this.#endsInsideLine(this.#fd) ? `\n${line}\n` : `${line}\n`;
      const length = Buffer.byteLength(text);
      const written = writeSync(this.#fd, text);
      if (written < length) throw new Error(`only ${written} of ${length} bytes were taken`);
      this.#end += written;
      if (this.#isSick) debug('progress is reported to %s again', this.#path);
      this.#isSick = false;
    } catch (error) {
      this.failed(error);
    }
  }

  /** Something kept an event from the file. */
  failed(error: unknown): void {
    const message = `Progress could not be reported to ${this.#path}: ${reasonOf(error)}. The work goes on.`;
    if (this.#isSick) debug(message);
    else tell(this.#warn, message);
    this.#isSick = true;
    this.#end = 0; // part of a line may be there, or the file be cut to make room: look
  }

  close(): void {
    try {
      if (this.#fd !== undefined) closeSync(this.#fd);
    } catch (error) {
      debug('%s was not closed: %s', this.#path, reasonOf(error)); // some file systems tell of a full disk here
    }
    this.#fd = undefined;
  }

  /** Looks at the file only when there is something behind our last line. */
  #endsInsideLine(fd: number): boolean {
    if (!this.#isPlainFile || readSync(fd, this.#byte, 0, 1, this.#end) === 0) return false;
    for (let look = 0; look < LOOKS; look++) if (this.#endsWithNewline(fd)) return false;
    return true;
  }

  #endsWithNewline(fd: number): boolean {
    this.#end = fstatSync(fd).size;
    return (
      this.#end === 0 || (readSync(fd, this.#byte, 0, 1, this.#end - 1) === 1 && this.#byte[0] === NEWLINE)
    );
  }
}

/** Warns; a listener of warnings that throws is no business of the work. */
export function tell(warn: (message: string) => void, message: string): void {
  try {
    warn(message);
  } catch (error) {
    debug('%s (and the warning failed: %s)', message, reasonOf(error));
  }
}

/** A first line that is whole is an object with an event; other writers than ours put what they like behind that. */
function refuseForeign(path: string): void {
  const head = withoutBlanks(fileHead(path, HEAD_BYTES) ?? '');
  if (head === '') return;
  const end = head.indexOf('\n');
  const line = end < 0 ? head : head.slice(0, end);
  if (!(isEvent(line) ?? (end < 0 && beginsWith(line, '{"')))) throw notOurs(path, 'file of progress');
}

/** Longer than a record is. */
const HEAD_BYTES = 64 * 1024;

/** Undefined for what is no JSON, as half a line is. */
function isEvent(line: string): boolean | undefined {
  try {
    return typeof (JSON.parse(line) as {event?: unknown} | null)?.event === 'string';
  } catch {
    return undefined;
  }
}

function openForAppending(path: string): number {
  try {
    return openSync(pathBytes(path), APPEND, 0o600);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    makeDirectories(dirname(path));
    return openSync(pathBytes(path), APPEND, 0o600);
  }
}
