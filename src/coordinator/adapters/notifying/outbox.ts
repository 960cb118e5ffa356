/**
 * The ends that somebody is yet to be told of, each a private file: they outlive the coordinator and the closing of the job,
 * so that neither waits for the other. Each holds all that is needed, since the job's directory is cleared by then.
 */
import {createHash} from 'node:crypto';
import {existsSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {codeOf, type JobKey, keyText, stringifyWellFormed} from '../../../base/index.ts';
import {isOnItsWay, makePrivateDirectory, readPrivate, replaceFile} from '../../../platform/index.ts';
import type {Telling} from './telling.ts';

/** Relative to the state directory. */
export const OUTBOX = 'notify';

export class Outbox {
  readonly #directory: string;

  constructor(state: string) {
    this.#directory = join(state, OUTBOX);
  }

  /** The name of a job's end. */
  nameOf(key: JobKey): string {
    return createHash('sha256').update(keyText(key)).digest('hex').slice(0, 32);
  }

  /** Every end that is here. */
  names(): string[] {
    return this.#files().filter(name => NAME.test(name));
  }

  /** Removes what a kill or a full disk left half written. To be called before anything is put here. */
  tidy(): void {
    for (const name of this.#files()) if (isOnItsWay(name)) this.remove(name);
  }

  has(name: string): boolean {
    return existsSync(join(this.#directory, name));
  }

  /** Once it is back, the end is here whoever dies. */
  put(name: string, telling: Telling): void {
    makePrivateDirectory(this.#directory);
    try {
      replaceFile(join(this.#directory, name), `${stringifyWellFormed({format: FORMAT, ...telling})}\n`);
    } catch (error) {
      this.tidy();
      throw error;
    }
  }

  /** Undefined where it is none, or of another format. */
  read(name: string): Telling | undefined {
    try {
      const read = JSON.parse(readPrivate(join(this.#directory, name)) ?? 'null') as Written | null;
      return read?.format === FORMAT ? read : undefined;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined; // a power cut can leave anything there
      throw error;
    }
  }

  remove(name: string): void {
    rmSync(join(this.#directory, name), {force: true});
  }

  #files(): string[] {
    try {
      return readdirSync(this.#directory);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  }
}

/** Whether an end is here that somebody is yet to be told of, which only a coordinator does. Never throws. */
export function isUntold(state: string): boolean {
  try {
    return new Outbox(state).names().length > 0;
  } catch {
    return false; // doctor says what is wrong with the directory
  }
}

/** Of which jobs somebody is yet to be told that they ended, as it is now. */
export function untoldEnds(state: string): (key: JobKey) => boolean {
  const outbox = new Outbox(state);
  const names = new Set(outbox.names());
  return key => names.size > 0 && names.has(outbox.nameOf(key));
}

interface Written extends Telling {
  readonly format: number;
}

const FORMAT = 1;
const NAME = /^[0-9a-f]{32}$/;
