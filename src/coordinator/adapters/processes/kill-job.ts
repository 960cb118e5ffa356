/** Ending a job's processes: nobody is signalled twice, and each is checked again right before its signal. */
import {setTimeout as delay} from 'node:timers/promises';

import {
  commandLine,
  listProcesses,
  lookAgain,
  maySignal,
  type ProcessEntry,
  type SignalName,
  signalGroup,
  signalProcess,
} from '../../../platform/index.ts';
import type {Aim, NamedProcess, Remains, SignaledProcess} from '../../domain/index.ts';
import type {BeforeSignal} from '../../ports/index.ts';
import {type FoundProcesses, findProcesses, identity, isWrapper, type SearchedJob} from './find-processes.ts';

const PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 100;
/** What was killed may need so long to be gone; and processes that fork on are not chased for longer. */
const KILL_MS = 3000;

/**
 * Resolves with true when a wrapper has started its command, which a signal sent before would not reach: the wrapper alone
 * would catch it. With false when it has ended, or after so many looks: by default for a second.
 */
export async function commandBorn(wrapper: number, isAlive: () => boolean, looks = 50): Promise<boolean> {
  for (let look = 0; look < looks && isAlive(); look++) {
    if (hasCommand(wrapper)) return true;
    await delay(PAUSE_MS);
  }
  return false;
}

/** A child of the wrapper that runs anything else: a shell between its fork and its exec still catches signals as the wrapper does. */
function hasCommand(wrapper: number): boolean {
  const children = listProcesses().filter(({parent}) => parent === wrapper);
  if (process.platform !== 'linux') return children.length > 0;
  const own = commandLine(wrapper);
  return children.some(({pid}) => {
    const its = commandLine(pid);
    return own !== undefined && its !== undefined && !its.equals(own);
  });
}

/**
 * TERM to all of one snapshot, and CONT, without which a stopped process would not notice: to the wrapper's group as one,
 * to the others by themselves. False when nobody is there. Throws `EPERM` when none of them may be signalled.
 */
export async function terminateProcesses(job: SearchedJob, tell: BeforeSignal): Promise<boolean> {
  const found = await findProcesses(job);
  const {leader, rest} = found;
  const aim = aimAt(leader === undefined ? rest : [leader, ...rest], leader?.pid);
  if (aim.processes.length === 0 && aim.refused.length === 0) return false;
  await tell(aim);
  if (aim.processes.length === 0) throw Object.assign(new Error('kill EPERM'), {code: 'EPERM'});
  return sendTerm(job, found);
}

/** Who has left the group since, or joined it, still gets one signal: nothing happens between these looks and the signals. */
function sendTerm(job: SearchedJob, {leader, rest}: FoundProcesses): boolean {
  const group = leader !== undefined && isWrapper(job, leader.pid) ? leader.pid : undefined;
  const alone = rest.filter(entry => group === undefined || lookAgain(entry)?.group !== group);
  let isHit = group !== undefined && signalGroup(group, 'SIGTERM');
  if (isHit && group !== undefined) signalGroup(group, 'SIGCONT');
  for (const entry of alone) {
    if (!trySignal(entry, 'SIGTERM')) continue;
    trySignal(entry, 'SIGCONT');
    isHit = true;
  }
  return isHit;
}

/** Kills each process that is found besides the wrapper, once, until none is found or nothing more can be done. */
export async function killProcesses(job: SearchedJob, tell: BeforeSignal): Promise<Remains> {
  const told = new Set<string>();
  const giveUp = performance.now() + KILL_MS;
  for (let pause = PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const found = await findProcesses(job);
    const remains = remainsOf(found);
    const aimed = found.rest.filter(entry => !told.has(identity(entry.pid, entry.startedAt)));
    if (aimed.length > 0) {
      await tell(aimAt(aimed));
      for (const entry of aimed) {
        told.add(identity(entry.pid, entry.startedAt));
        trySignal(entry, 'SIGKILL');
      }
      pause = PAUSE_MS;
    } else if (remains.left.every(({reason}) => reason === 'not_permitted')) return remains;
    if (performance.now() > giveUp) return remains;
    await delay(pause);
  }
}

export function remainsOf({rest, unseen}: FoundProcesses): Remains {
  const left = rest.map(entry => ({
    ...named(entry),
    reason: maySignal(entry.pid) ? ('still_there' as const) : ('not_permitted' as const),
  }));
  return {left, ...(unseen === undefined ? {} : {unseen})};
}

function aimAt(entries: readonly ProcessEntry[], group?: number): Aim {
  const may = new Set(entries.filter(({pid}) => maySignal(pid)));
  return {
    ...(group === undefined ? {} : {group}),
    processes: entries.filter(entry => may.has(entry)).map(signaled),
    refused: entries.filter(entry => !may.has(entry)).map(entry => ({...named(entry), ...signaled(entry)})),
  };
}

function named({pid, name}: ProcessEntry): NamedProcess {
  return {pid, command: name};
}

function signaled({pid, startedAt}: ProcessEntry): SignaledProcess {
  const start = Number(startedAt); // no number where the system writes a date
  return Number.isSafeInteger(start) && start > 0 ? {pid, start} : {pid};
}

/** False for one that is gone, and for one that may not be signalled, which is told as refused or left. */
function trySignal(entry: ProcessEntry, signal: SignalName): boolean {
  try {
    return signalProcess(entry, signal);
  } catch {
    return false;
  }
}
