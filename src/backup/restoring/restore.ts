/**
 * Brings a backup back. It is read twice: once to its end before anything is written, and once more to unpack it into
 * `restore.unpacked`, beside what is there. Until that is decided (`take-in.ts`) the state directory is as it was, and
 * the coordinator goes on with its jobs; it is away only for the moment in which directories are moved.
 */
import {closeSync, constants, existsSync, fstatSync, openSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {codeOf, pathBytes, StintError, sizeText} from '../../base/index.ts';
import {withoutCoordinator} from '../../jobs/index.ts';
import {diskFull, fileReason, freeBytes, isDiskFull, makePrivateDirectory} from '../../platform/index.ts';
import {acquireOsLock, isOsLockHeld} from '../../store/index.ts';
import {type ReadBackup, readArchive} from '../archive/archive-reader.ts';
import {notABackup} from '../archive/format.ts';
import type {Inventory} from '../inventory.ts';
import {READY, RESTORE_LOCK, STAGING} from '../saved-names.ts';
import type {RestorePlan} from './restore-plan.ts';
import {finishStaged, isAmong, unitOf, unpacker} from './stage.ts';
import {decide, takeIn} from './take-in.ts';

/** A backup that was read to its end and is whole. */
export interface CheckedBackup extends ReadBackup {
  readonly fd: number;
  readonly path: string;
  /** Bytes of files by what they come back with. */
  readonly sizes: ReadonlyMap<string | undefined, number>;
}

export interface Watching {
  readonly signal: AbortSignal;
  /** Bytes that were read, of how many. */
  readonly onRead: (done: number, total: number) => void;
}

/** Opens a file and reads it to its end. It is to be closed with `closeSync(fd)`. */
export async function checkBackup(path: string, {signal, onRead}: Watching): Promise<CheckedBackup> {
  const fd = opened(path);
  try {
    const sizes = new Map<string | undefined, number>();
    const read = await readArchive({
      fd,
      path,
      signal,
      onRead,
      open: ({name, stored}) => {
        sizes.set(unitOf(name), (sizes.get(unitOf(name)) ?? 0) + stored);
        return undefined;
      },
    });
    return {...read, fd, path, sizes};
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function opened(path: string): number {
  let fd: number;
  try {
    fd = openSync(pathBytes(path), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const reason = codeOf(error) === 'ENOENT' ? 'there is no such file' : fileReason(error);
    throw new StintError('USAGE', `Cannot read the backup ${path}: ${reason}.`, {cause: error});
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw notABackup(path);
}

export interface RestoreOptions extends Watching {
  readonly state: string;
  readonly plan: RestorePlan;
  /** Hears of each unfinished job that was brought to its end. */
  readonly onJob: (done: number, total: number) => void;
}

export interface Restored {
  readonly take: Inventory;
  readonly keep: Inventory;
  /** Jobs that were unfinished. */
  readonly finished: number;
  /** Jobs that are not what their directory says, and were left out. */
  readonly strange: readonly string[];
}

/** Rejects with `BUSY` while another restore works there; then, and whatever else fails before it is decided, nothing was changed. */
export async function restore(backup: CheckedBackup, options: RestoreOptions): Promise<Restored> {
  const {state, plan} = options;
  const lock = acquireOsLock(join(state, RESTORE_LOCK), 0);
  if (lock === undefined)
    throw new StintError('BUSY', 'Nothing was restored: another restore works in this state directory.', {
      hint: 'Wait until it is done.',
    });
  try {
    await finishEarlier(state);
    refuseWithoutRoom(backup, state, plan.take);
    return await stageAndTake(backup, options);
  } finally {
    lock.release();
  }
}

async function stageAndTake(backup: CheckedBackup, options: RestoreOptions): Promise<Restored> {
  const {state, plan, signal, onRead, onJob} = options;
  const staging = join(state, STAGING);
  try {
    makePrivateDirectory(staging);
    const open = unpacker(staging, backup.path, isAmong(plan.take));
    await readArchive({fd: backup.fd, path: backup.path, signal, onRead, open});
    const {finished, strange} = await finishStaged(staging, backup.head.created_at_ms, done => {
      signal.throwIfAborted();
      onJob(done, plan.unfinished.length);
    });
    signal.throwIfAborted();
    const purpose = {reason: 'restore', undone: 'Nothing was restored.'};
    return await withoutCoordinator(state, purpose, () => {
      const {take, keep} = decide(state);
      explainedTaking(state);
      return {take, keep, finished, strange};
    });
  } catch (error) {
    rmSync(staging, {recursive: true, force: true});
    if (!isDiskFull(codeOf(error)) || existsSync(join(state, READY))) throw error;
    throw diskFull('Nothing was restored: the disk is full.', error);
  }
}

function explainedTaking(state: string): void {
  try {
    takeIn(state);
  } catch (error) {
    throw new StintError(
      isDiskFull(codeOf(error)) ? 'DISK_FULL' : 'STATE_DIR_UNUSABLE',
      `The backup is unpacked, and not all of it is in its place yet: ${fileReason(error).replace(/\.$/, '')}.`,
      {cause: error, hint: 'Mend that and run: stint doctor --repair   (it goes on where this stopped)'},
    );
  }
}

/** One that was killed: what was decided is brought in, what was not is removed. */
async function finishEarlier(state: string): Promise<void> {
  if (existsSync(join(state, READY)))
    await withoutCoordinator(state, {reason: 'restore', undone: 'Nothing was restored.'}, () =>
      explainedTaking(state),
    );
  rmSync(join(state, STAGING), {recursive: true, force: true});
}

/** The same for `doctor --repair`, which has the coordinator's lock. Tells what was done. */
export function finishRestore(state: string): string[] {
  const lock = acquireOsLock(join(state, RESTORE_LOCK), 0);
  if (lock === undefined) return [];
  try {
    const isReady = existsSync(join(state, READY));
    const isStaged = existsSync(join(state, STAGING));
    if (isReady) explainedTaking(state);
    if (isStaged) rmSync(join(state, STAGING), {recursive: true, force: true});
    return [
      ...(isReady ? ['a restore that was cut short is brought to its end'] : []),
      ...(isStaged ? ['what a restore left that was cut short is removed'] : []),
    ];
  } finally {
    lock.release();
  }
}

/** Whether a restore was cut short, and how far it was; undefined while one is at work. Changes nothing. */
export function restoreLeft(state: string): 'decided' | 'undecided' | undefined {
  const lock = join(state, RESTORE_LOCK);
  if (existsSync(lock) && isOsLockHeld(lock)) return undefined;
  if (existsSync(join(state, READY))) return 'decided';
  return existsSync(join(state, STAGING)) ? 'undecided' : undefined;
}

function refuseWithoutRoom({sizes}: CheckedBackup, state: string, take: Inventory): void {
  const isWanted = isAmong(take);
  let needed = 0;
  for (const [unit, bytes] of sizes) if (isWanted(unit)) needed += bytes;
  const free = freeBytes(state);
  if (free === undefined || free >= needed) return;
  throw diskFull(
    `Nothing was restored: it takes ${sizeText(needed)}, and there is room for ${sizeText(free)}.`,
    undefined,
  );
}
