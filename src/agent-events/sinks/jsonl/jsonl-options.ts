/** What can be said about the recording of a session, and whether it makes sense. */
import {StintError} from '../../../base/index.ts';
import type {Durability} from '../../../platform/index.ts';
import type {Redactor} from '../sink.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export type JsonlSinkOptions = JsonlPlace & {
  /** Size in bytes from which the session goes on in a new file, `<stem>-000001.jsonl` and so on. Default 100 MiB. */
  readonly maxBytes?: number;
  /** Default `none`: what was written outlives this process, but perhaps not a power cut. */
  readonly durability?: Durability;
  /** How often `interval` asks the disk, in milliseconds. Default 1000. */
  readonly syncIntervalMs?: number;
  /** `fresh` removes what was recorded in this place before. Default `continue`. */
  readonly start?: 'continue' | 'fresh';
  /** Takes secrets out of what is recorded; whoever else receives the event is given it whole. */
  readonly redactor?: Redactor;
  /** Hears once when recording stops to work and once when it works again. Default: a warning of the process. */
  readonly warn?: (message: string) => void;
  /** Unix milliseconds. Default: the clock of the system. */
  readonly now?: () => number;
};

/** The first file, or the directory for it and the session, whose id may be any text. */
export type JsonlPlace = {readonly path: string} | {readonly directory: string; readonly sessionId: string};

/** Throws a `StintError` with code `USAGE` that names the first option that cannot be. */
export function checkOptions(options: JsonlSinkOptions): void {
  const {durability = 'none', syncIntervalMs = 1000, start = 'continue', maxBytes = 1} = options;
  const refuse = (what: string, given: unknown, wanted: string): never => {
    throw new StintError('USAGE', `Cannot record a session: ${what} is ${String(given)}, not ${wanted}.`);
  };
  if (!['none', 'interval', 'each'].includes(durability))
    refuse('durability', durability, 'none, interval or each');
  if (!(syncIntervalMs >= 1 && syncIntervalMs <= LONGEST_TIMER_MS))
    refuse('syncIntervalMs', syncIntervalMs, `a time of 1 to ${LONGEST_TIMER_MS} ms`);
  if (!['continue', 'fresh'].includes(start)) refuse('start', start, 'continue or fresh');
  if (!(maxBytes >= 1)) refuse('maxBytes', maxBytes, 'a size of 1 byte or more');
  const place: Readonly<Record<string, unknown>> = {...options};
  if (!('path' in options || 'directory' in options))
    throw new StintError('USAGE', 'Cannot record a session: neither a path nor a directory is given.');
  for (const key of 'path' in options ? ['path'] : ['directory', 'sessionId']) {
    if (typeof place[key] !== 'string') refuse(key, place[key], 'a text');
    if (place[key] === '' && key !== 'sessionId') refuse(key, 'empty', 'a path');
  }
}
