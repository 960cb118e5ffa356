/**
 * The coordinator's own log, `coordinator.log`: JSON lines, rotated once. Also remembers what does not work right now
 * and the last errors, for `stint doctor`. Never throws: a full disk must not stop the coordinator.
 */
import {closeSync, constants, fstatSync, renameSync, writeSync} from 'node:fs';

import {type Clock, codeOf, messageOf, stringifyWellFormed} from '../../base/index.ts';
import {openPrivate, refuseUnlessBegins} from '../../platform/index.ts';

export interface Trouble {
  readonly what: string;
  readonly message: string;
  readonly at_ms: number;
}

const MOST_BYTES = 1024 * 1024;
const KEPT_ERRORS = 20;
/** How every line begins. */
const BEGIN = '{"ts":';

export class Diagnostics {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #troubles = new Map<string, Trouble>();
  readonly #lastErrors: Trouble[] = [];

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /** What does not work right now. */
  get troubles(): Trouble[] {
    return [...this.#troubles.values()];
  }

  /** Newest last. */
  get lastErrors(): Trouble[] {
    return [...this.#lastErrors];
  }

  info(message: string, fields: Record<string, unknown> = {}): void {
    this.#write({level: 'info', message, ...fields});
  }

  error(what: string, error: unknown): void {
    const message = messageOf(error);
    this.#lastErrors.push({what, message, at_ms: this.#clock.now()});
    if (this.#lastErrors.length > KEPT_ERRORS) this.#lastErrors.shift();
    const stack = error instanceof Error ? error.stack : undefined;
    this.#write({level: 'error', message: `${what}: ${message}`, code: codeOf(error), stack});
  }

  /** Something began to fail (error) or works again (undefined). */
  trouble(what: string, error: unknown): void {
    if (error === undefined) {
      if (this.#troubles.delete(what)) this.info(`${what} works again`);
      return;
    }
    this.#troubles.set(what, {what, message: messageOf(error), at_ms: this.#clock.now()});
    this.error(what, error);
  }

  #write(fields: Record<string, unknown>): void {
    try {
      refuseUnlessBegins(this.#path, BEGIN, 'log of a coordinator');
      const fd = openPrivate(this.#path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT);
      try {
        writeSync(fd, `${stringifyWellFormed({ts: this.#clock.now(), pid: process.pid, ...fields})}\n`);
        if (fstatSync(fd).size > MOST_BYTES) this.#rotate();
      } finally {
        closeSync(fd);
      }
    } catch {
      // nowhere to write: what matters is kept in memory for doctor
    }
  }

  #rotate(): void {
    const before = `${this.#path}.1`;
    refuseUnlessBegins(before, BEGIN, 'log of a coordinator');
    renameSync(this.#path, before);
  }
}
