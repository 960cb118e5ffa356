/** Settings of the state directory that outlive the coordinator: `settings.json`. */
import {fsyncSync} from 'node:fs';
import {join} from 'node:path';

import {coreCount, environment, fileHead, notOurs, readPrivate, replaceFile} from '../../platform/index.ts';
import {defaultParallel} from '../domain/index.ts';

interface Settings {
  readonly parallel?: number;
}

/** How many jobs run at once: `$STINT_PARALLEL`, else what was set, else what the number of cores makes of it. */
export function readParallel(state: string): number {
  return (
    positive(environment().STINT_PARALLEL) ?? positive(read(state).parallel) ?? defaultParallel(coreCount())
  );
}

/** Stores it for all coordinators to come. Throws `NOT_A_STINT_FILE` where another program's settings are in its place. */
export function writeParallel(state: string, parallel: number): void {
  const path = join(state, 'settings.json');
  refuseForeign(path);
  replaceFile(path, `${JSON.stringify({...read(state), parallel})}\n`, {sync: fsyncSync});
}

/** What was put there by another program, in a directory that both were given, is not replaced. */
function refuseForeign(path: string): void {
  const head = fileHead(path, MOST_BYTES);
  if (head === undefined || head.trim() === '') return;
  try {
    const kept: unknown = JSON.parse(head);
    if (typeof kept === 'object' && kept !== null && ('parallel' in kept || Object.keys(kept).length === 0))
      return;
  } catch {
    // no JSON: not ours either
  }
  throw notOurs(path, 'settings of stint');
}

/** Much more than settings take. */
const MOST_BYTES = 64 * 1024;

function read(state: string): Settings {
  try {
    return JSON.parse(readPrivate(join(state, 'settings.json')) ?? '{}') as Settings;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function positive(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}
