/** Finding and signalling processes, so that only the meant ones are hit: each is checked again right before the signal. */
import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {uptime} from 'node:os';

import {codeOf} from '../../base/index.ts';
import {isForbidden} from '../system-error.ts';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Tells it from a later process with the same pid. */
  readonly startedAt: string;
  /** The name of its program, as the system shortens it. */
  readonly name: string;
}

export type SignalName = 'SIGTERM' | 'SIGKILL' | 'SIGCONT' | 'SIGSTOP';

/** Every process that is not a zombie. */
export function listProcesses(): ProcessEntry[] {
  if (process.platform !== 'linux') return listWithPs();
  return readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) ? (processEntry(Number(name)) ?? []) : []));
}

/**
 * The `NAME=value` of this name with which a process was born, all where there are several; undefined for one that may not
 * be looked at. Linux only: elsewhere nobody has any.
 */
export function givenVariables(pid: number, name: string): string[] | undefined {
  try {
    const environ = readFileSync(`/proc/${pid}/environ`);
    const given: string[] = [];
    for (let at = environ.indexOf(`${name}=`); at >= 0; at = environ.indexOf(`${name}=`, at + 1)) {
      const end = environ.indexOf(0, at);
      if ((at === 0 || environ[at - 1] === 0) && end >= 0) given.push(environ.toString('utf8', at, end));
    }
    return given;
  } catch (error) {
    const code = codeOf(error);
    return isForbidden(code) ? undefined : []; // gone, or not Linux
  }
}

/** Whether the system hides some processes from us altogether (Linux: /proc mounted with `hidepid`). */
export function hidesProcesses(): boolean {
  return process.platform === 'linux' && processEntry(1) === undefined;
}

/** For how long a process has been there, in milliseconds (Linux); undefined where that is not known. */
export function ageOf({startedAt}: ProcessEntry): number | undefined {
  return /^\d+$/.test(startedAt)
    ? uptime() * 1000 - (Number(startedAt) * 1000) / TICKS_PER_SECOND
    : undefined;
}

/** In which Linux tells times to programs, whatever its own clock is. */
const TICKS_PER_SECOND = 100;

/** What a process has taken of the processors, with all that it waited for, in milliseconds (Linux); undefined where that is not known. */
export function processorTime(pid: number): {readonly userMs: number; readonly systemMs: number} | undefined {
  const ticks = statFields(pid)?.fields.slice(11, 15).map(Number) ?? [];
  const [user, system, usersWaitedFor, systemWaitedFor] = ticks;
  if (systemWaitedFor === undefined || !ticks.every(Number.isSafeInteger)) return undefined;
  const ms = (all: number) => (all * 1000) / TICKS_PER_SECOND;
  return {userMs: ms(Number(user) + Number(usersWaitedFor)), systemMs: ms(Number(system) + systemWaitedFor)};
}

/** What a process was started with, as bytes; the same after a fork, another after an exec. Undefined where that cannot be known. */
export function commandLine(pid: number): Buffer | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`);
    return words.length === 0 ? undefined : words; // empty in the middle of an exec
  } catch {
    return undefined; // gone, hidden, or not Linux
  }
}

/** Signals a whole process group; false when it has no process any more. Throws `EPERM` when none of them may be signalled. */
export function signalGroup(group: number, signal: SignalName): boolean {
  return send(-group, signal);
}

/** Whether we may signal it, as far as there is such a process. Sends nothing. */
export function maySignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'EPERM';
  }
}

/** The same process as it is now; undefined when it is gone, even if another one has its pid. Linux only: elsewhere as it was. */
export function lookAgain(entry: ProcessEntry): ProcessEntry | undefined {
  if (process.platform !== 'linux') return entry;
  const now = processEntry(entry.pid);
  return now?.startedAt === entry.startedAt ? now : undefined;
}

/** Signals this very process; false when it is gone, even if another one has its pid now. */
export function signalProcess(entry: ProcessEntry, signal: SignalName): boolean {
  return lookAgain(entry) !== undefined && send(entry.pid, signal);
}

function send(pid: number, signal: SignalName): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    throw error;
  }
}

/** Undefined for one that is gone or a zombie. */
export function processEntry(pid: number): ProcessEntry | undefined {
  const {name = '', fields = ['X']} = statFields(pid) ?? {};
  const [state, parent, group, session, ...rest] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startedAt: rest[15] ?? '',
    name,
  };
}

/** The name of its program, and the fields of `/proc/PID/stat` behind it; undefined for one that is gone. */
function statFields(pid: number): {readonly name: string; readonly fields: readonly string[]} | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const nameEnd = stat.lastIndexOf(')');
    return {name: stat.slice(stat.indexOf('(') + 1, nameEnd), fields: stat.slice(nameEnd + 2).split(' ')};
  } catch {
    return undefined;
  }
}

/** Other systems: the ps program. Its session ids are not of use everywhere; then only the group counts. */
function listWithPs(): ProcessEntry[] {
  const {stdout} = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart=,comm='], {encoding: 'utf8'});
  return (stdout ?? '').split('\n').flatMap(line => {
    const [, pid, parent, group, state, startedAt = '', name = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+((?:\S+\s+){4}\S+)\s+(.*)$/.exec(line) ?? [];
    if (state === undefined || state.startsWith('Z')) return [];
    return [{pid: Number(pid), parent: Number(parent), group: Number(group), session: 0, startedAt, name}];
  });
}
