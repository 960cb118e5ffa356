/**
 * Appends lines to a file that others may append to as well: one write per line, so that none is torn by another. It is
 * best effort: a write that fails costs that line, is told once until writing works again, and never more than that.
 */
import {closeSync, constants, fstatSync, mkdirSync, openSync, readSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {debuglog} from 'node:util';

import {messageOf} from '../base/index.ts';

const APPEND = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND;
const NEWLINE = 10;
const debug = debuglog('stint');

export class EventFile {
  readonly #path: string;
  readonly #warn: (message: string) => void;
  #fd: number | undefined;
  /** The file does not end with a newline: a writer died in the middle of a line, or a write of ours was cut short. */
  #isTorn: boolean;
  #isSick = false;

  /** Makes directories and file. Throws when it cannot be opened for appending. */
  constructor(path: string, warn: (message: string) => void) {
    mkdirSync(dirname(path), {recursive: true});
    this.#path = path;
    this.#warn = warn;
    this.#fd = openSync(path, APPEND, 0o600);
    this.#isTorn = endsInsideLine(this.#fd);
  }

  append(line: string): void {
    if (this.#fd === undefined) return;
    const bytes = Buffer.from(this.#isTorn ? `\n${line}\n` : `${line}\n`);
    try {
      const written = writeSync(this.#fd, bytes);
      if (written > 0) this.#isTorn = bytes[written - 1] !== NEWLINE;
      if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes were taken`);
      if (this.#isSick) debug('progress is reported to %s again', this.#path);
      this.#isSick = false;
    } catch (error) {
      this.failed(error);
    }
  }

  /** Something kept an event from the file. */
  failed(error: unknown): void {
    const message = `Progress could not be reported to ${this.#path}: ${messageOf(error)}. The work goes on.`;
    if (this.#isSick) debug(message);
    else this.#warn(message);
    this.#isSick = true;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

function endsInsideLine(fd: number): boolean {
  const {size} = fstatSync(fd);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, size - 1);
  return last[0] !== NEWLINE;
}
