/** When the last pass over all repositories was, and what the last one over sessions and topics did: `pruned.json` in the state directory. */
import {join} from 'node:path';

import {isCount, isObject} from '../../../base/index.ts';
import {fileHead, notOurs, readPrivate, replaceFile} from '../../../platform/index.ts';
import type {RecordedEventPass} from '../../ports/index.ts';

export interface LastPrune {
  /** Unix milliseconds; undefined where there was none, or what is there tells nothing. */
  readonly prunedAt: number | undefined;
  readonly events: RecordedEventPass | undefined;
}

const FILE = 'pruned.json';
/** How ours begins. */
const BEGIN = '{"pruned_at_ms":';

export function readLastPrune(state: string): LastPrune {
  try {
    const kept: unknown = JSON.parse(readPrivate(join(state, FILE)) ?? 'null');
    if (!isObject(kept)) return NONE;
    const {pruned_at_ms: at, events} = kept;
    return {
      prunedAt: isCount(at) && at > 0 ? at : undefined,
      events: isEventPass(events) ? events : undefined,
    };
  } catch {
    return NONE; // whoever writes the next one says what is the matter
  }
}

/** Throws `NOT_A_STINT_FILE` where another program's file is in its place. */
export function writeLastPrune(state: string, prunedAt: number): void {
  write(state, {...readLastPrune(state), prunedAt});
}

/** The same of a pass over sessions and topics. */
export function writeLastEvents(state: string, events: RecordedEventPass): void {
  write(state, {...readLastPrune(state), events});
}

const NONE: LastPrune = {prunedAt: undefined, events: undefined};

function write(state: string, {prunedAt, events}: LastPrune): void {
  const path = join(state, FILE);
  const head = fileHead(path, BEGIN.length);
  if (head !== undefined && head !== '' && head !== BEGIN) throw notOurs(path, 'note of stint');
  const rest = events === undefined ? '' : `,"events":${JSON.stringify(events)}`;
  replaceFile(path, `${BEGIN}${prunedAt ?? 0}${rest}}\n`);
}

function isEventPass(value: unknown): value is RecordedEventPass {
  if (!isObject(value)) return false;
  return ['at_ms', 'sessions', 'topics', 'freed_bytes', 'failed'].every(key => isCount(value[key]));
}
