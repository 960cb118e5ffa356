/** Finding and signalling processes, so that only the meant ones are hit: each is checked again right before the signal. */
import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';

import {codeOf} from '../base/index.ts';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Tells it from a later process with the same pid. */
  readonly startedAt: string;
}

export type SignalName = 'SIGTERM' | 'SIGKILL' | 'SIGCONT' | 'SIGSTOP';

/** Every process that is not a zombie. */
export function listProcesses(): ProcessEntry[] {
  if (process.platform !== 'linux') return listWithPs();
  return readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) ? (processEntry(Number(name)) ?? []) : []));
}

/** Whether a process was born with this `NAME=value` in its environment (Linux; elsewhere nobody can tell). */
export function wasGivenVariable(pid: number, entry: string): boolean {
  try {
    const environ = readFileSync(`/proc/${pid}/environ`);
    const at = environ.indexOf(`${entry}\0`);
    return at === 0 || (at > 0 && environ[at - 1] === 0);
  } catch {
    return false; // gone, somebody else's, or not Linux
  }
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

/** Signals this very process; false when it is gone, even if another one has its pid now. */
export function signalProcess({pid, startedAt}: ProcessEntry, signal: SignalName): boolean {
  if (process.platform === 'linux' && processEntry(pid)?.startedAt !== startedAt) return false;
  return send(pid, signal);
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
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, parent, group, session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    return {
      pid,
      parent: Number(parent),
      group: Number(group),
      session: Number(session),
      startedAt: rest[15] ?? '',
    };
  } catch {
    return undefined; // gone
  }
}

/** Other systems: the ps program. Its session ids are not of use everywhere; then only the group counts. */
function listWithPs(): ProcessEntry[] {
  const {stdout} = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart='], {encoding: 'utf8'});
  return (stdout ?? '').split('\n').flatMap(line => {
    const [, pid, parent, group, state, startedAt = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (state === undefined || state.startsWith('Z')) return [];
    return [{pid: Number(pid), parent: Number(parent), group: Number(group), session: 0, startedAt}];
  });
}
