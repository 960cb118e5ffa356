/** The last failures of commands that tell a person, kept for `stint doctor`. Which command failed is told by its jobs. */
import {createHash} from 'node:crypto';
import {join} from 'node:path';

import {stringifyWellFormed} from '../../../base/index.ts';
import {makePrivateDirectory, readPrivate, replaceFile} from '../../../platform/index.ts';
import {OUTBOX} from './outbox.ts';

export interface NotifyFailure {
  /** `<invocation>:<name>` of whose news it was. */
  readonly job: string;
  /** Unix milliseconds. */
  readonly at_ms: number;
  readonly reason: string;
  /** Tells commands apart: the text may hold a secret. */
  readonly command: string;
}

/** One for each command, newest last; a command that works again has none. */
export class NotifyFailures {
  readonly #state: string;
  #known: readonly NotifyFailure[] | undefined;

  constructor(state: string) {
    this.#state = state;
  }

  /** `reason` is undefined where it worked. Throws what keeps that from being stored. */
  record(text: string, {job, at_ms, reason}: Pick<NotifyFailure, 'job' | 'at_ms'> & {reason?: string}): void {
    const command = createHash('sha256').update(text).digest('hex').slice(0, 16);
    this.#known ??= readNotifyFailures(this.#state);
    const others = this.#known.filter(each => each.command !== command);
    if (reason === undefined && others.length === this.#known.length) return;
    this.#known = reason === undefined ? others : [...others, {job, at_ms, reason, command}].slice(-MOST);
    makePrivateDirectory(join(this.#state, OUTBOX));
    replaceFile(pathIn(this.#state), `${stringifyWellFormed(this.#known)}\n`);
  }
}

export function readNotifyFailures(state: string): readonly NotifyFailure[] {
  try {
    const read: unknown = JSON.parse(readPrivate(pathIn(state)) ?? '[]');
    return Array.isArray(read) ? read.filter(isFailure) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return []; // a power cut can leave anything there
    throw error;
  }
}

function isFailure(read: unknown): read is NotifyFailure {
  const {job, at_ms, reason, command} = (read ?? {}) as Record<string, unknown>;
  const areTexts = [job, reason, command].every(each => typeof each === 'string');
  return areTexts && typeof at_ms === 'number';
}

function pathIn(state: string): string {
  return join(state, OUTBOX, 'failures.json');
}

const MOST = 10;
