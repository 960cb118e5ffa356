/** When the last pass over all repositories was: `pruned.json` in the state directory. */
import {join} from 'node:path';

import {isCount, isObject, messageOf} from '../../base/index.ts';
import {environment, fileHead, notOurs, readPrivate, replaceFile} from '../../platform/index.ts';
import type {Pass} from '../usecases/index.ts';

const FILE = 'pruned.json';
/** How ours begins. */
const BEGIN = '{"pruned_at_ms":';

/** Unix milliseconds; undefined where there was none, or what is there tells nothing. */
export function readLastPrune(state: string): number | undefined {
  try {
    const kept: unknown = JSON.parse(readPrivate(join(state, FILE)) ?? 'null');
    return isObject(kept) && isCount(kept.pruned_at_ms) ? kept.pruned_at_ms : undefined;
  } catch {
    return undefined; // whoever writes the next one says what is the matter
  }
}

/** Throws `NOT_A_STINT_FILE` where another program's file is in its place. */
export function writeLastPrune(state: string, at: number): void {
  const path = join(state, FILE);
  const head = fileHead(path, BEGIN.length);
  if (head !== undefined && head !== '' && head !== BEGIN) throw notOurs(path, 'note of stint');
  replaceFile(path, `${BEGIN}${at}}\n`);
}

/** Whether who started this coordinator wants it to remove old jobs by itself. */
export function wantsDailyPrune(): boolean {
  return !isSet(environment().CI) && !isSet(environment().STINT_NO_AUTO_PRUNE);
}

/** What the coordinator's log says of the passes over all repositories. */
export function passFields(passes: readonly Pass[]): Record<string, number> {
  const freed = passes.reduce((sum, {freedBytes}) => sum + freedBytes, 0);
  const jobs = passes.reduce((sum, {evictions}) => sum + evictions.length, 0);
  return {repositories: passes.length, jobs, freed_bytes: freed};
}

/** What did not go as it should, as one error; undefined where all did. */
export function passTrouble(passes: readonly Pass[]): Error | undefined {
  const reasons = passes.flatMap(({repo, problem, failed}) => [
    ...(problem === undefined ? [] : [`${repo}: ${messageOf(problem)}`]),
    ...failed.map(({path, reason}) => `${path}: ${reason}`),
  ]);
  const [first, ...others] = reasons;
  if (first === undefined) return undefined;
  return new Error(others.length === 0 ? first : `${first} (and ${others.length} more)`);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}
