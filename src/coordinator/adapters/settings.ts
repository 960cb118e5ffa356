/** Settings of the state directory that outlive the coordinator: `settings.json`. */
import {fsyncSync} from 'node:fs';
import {join} from 'node:path';

import {isGroupName, isLimit} from '../../base/index.ts';
import {coreCount, environment, fileHead, notOurs, readPrivate, replaceFile} from '../../platform/index.ts';
import {defaultParallel} from '../domain/index.ts';

interface Settings {
  readonly parallel?: number;
  readonly groups?: GroupSettings['set'];
  readonly configured_groups?: GroupSettings['configured'];
}

/** How many jobs of a group may run at once, by its name. */
export interface GroupSettings {
  /** By `stint parallel N --group`. */
  readonly set: Readonly<Record<string, number>>;
  /** By the configuration of whoever submitted a job of the group last. */
  readonly configured: Readonly<Record<string, number>>;
}

/** How many jobs run at once: `$STINT_PARALLEL`, else what was set, else what the number of cores makes of it. */
export function readParallel(state: string): number {
  return (
    positive(environment().STINT_PARALLEL) ?? positive(read(state).parallel) ?? defaultParallel(coreCount())
  );
}

/** Stores it for all coordinators to come. Throws `NOT_A_STINT_FILE` where another program's settings are in its place. */
export function writeParallel(state: string, parallel: number): void {
  write(state, {parallel});
}

/** What is no limit of a group is passed over. */
export function readGroups(state: string): GroupSettings {
  const {groups, configured_groups: configured} = read(state);
  return {set: limitsIn(groups), configured: limitsIn(configured)};
}

/** Like `writeParallel`. */
export function writeGroups(state: string, {set, configured}: GroupSettings): void {
  write(state, {groups: set, configured_groups: configured});
}

function limitsIn(stored: unknown): Record<string, number> {
  const limits = Object.entries((stored ?? {}) as object).flatMap(([name, value]) => {
    return isGroupName(name) && isLimit(value) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(limits);
}

function write(state: string, changes: Settings): void {
  const path = join(state, 'settings.json');
  refuseForeign(path);
  replaceFile(path, `${JSON.stringify({...read(state), ...changes})}\n`, {sync: fsyncSync});
}

/** What was put there by another program, in a directory that both were given, is not replaced. */
function refuseForeign(path: string): void {
  const head = fileHead(path, MOST_BYTES);
  if (head === undefined || head.trim() === '') return;
  try {
    const kept: unknown = JSON.parse(head);
    if (typeof kept === 'object' && kept !== null && isOurs(Object.keys(kept))) return;
  } catch {
    // no JSON: not ours either
  }
  throw notOurs(path, 'settings of stint');
}

function isOurs(keys: readonly string[]): boolean {
  return keys.length === 0 || keys.includes('parallel') || keys.includes('groups');
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
