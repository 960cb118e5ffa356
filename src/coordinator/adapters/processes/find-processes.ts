/**
 * The processes of a job, and no other ones. While the wrapper lives (the FIFO says so, and that pid is seen to hold it)
 * its pid leads a group and a session that nobody else can have. Besides those count: who holds the job's spool, who was
 * born with its STINT_JOB_ID, who was signalled as the job's before, and who descends from any of these, in whatever group,
 * session and environment. Not part of a job is what stint itself runs: a coordinator that was started there, the wrapper of another job, and what descends from
 * them.
 */
import {join} from 'node:path';

import {
  ageOf,
  givenVariables,
  heldPaths,
  hidesProcesses,
  holdsFile,
  listProcesses,
  type ProcessEntry,
  type WritersOf,
} from '../../../platform/index.ts';
import {JOB_VARIABLE, type Remains} from '../../domain/index.ts';
import {JOB_FILES} from '../directory/job-paths.ts';

export interface SearchedJob {
  /** Pid of the wrapper, 0 if that is not known. It counts only while it holds `alive`. */
  readonly wrapper: () => number;
  /** Paths of the FIFO that the wrapper holds, and of the spool. */
  readonly alive: string;
  readonly spools: readonly string[];
  /** `STINT_JOB_ID=…` */
  readonly variable: string;
  /** Who is known to be the job's: see `identity`. */
  readonly known: ReadonlySet<string>;
  /** For how long the job can have been running, in milliseconds. */
  readonly age: () => number;
  /** How long ago it ended, where only what it left behind is meant: likewise. */
  readonly endedFor?: () => number;
  readonly writersOf: WritersOf;
}

export interface FoundProcesses {
  readonly leader: ProcessEntry | undefined;
  /** All others. */
  readonly rest: readonly ProcessEntry[];
  readonly unseen: Remains['unseen'];
}

/** All processes, as they were found in one look. */
export interface ProcessLook {
  readonly listed: readonly ProcessEntry[];
  /** Who can write to which spool; undefined where that cannot be known. */
  readonly writing: Awaited<ReturnType<WritersOf>>;
  /** The `STINT_JOB_ID=…` with which a process was born; undefined for one that may not be looked at. */
  readonly givenTo: (pid: number) => readonly string[] | undefined;
}

/** Asks about each process once, and only when somebody wants to know. */
export function variableLook(): ProcessLook['givenTo'] {
  const seen = new Map<number, readonly string[] | undefined>();
  return pid => {
    if (!seen.has(pid)) seen.set(pid, givenVariables(pid, JOB_VARIABLE));
    return seen.get(pid);
  };
}

/** The paths by which the spool of a job is held: a closed one's has no name any more, which Linux tells so. */
export function spoolPaths(directory: string): string[] {
  const paths = [JOB_FILES.out, JOB_FILES.err].map(name => join(directory, name));
  return process.platform === 'linux' ? [...paths, ...paths.map(path => `${path} (deleted)`)] : paths;
}

/**
 * Processes are listed before anything is asked about them: a pid that is handed out anew meanwhile then belongs to an
 * entry of another start time, which no signal reaches.
 */
export async function findProcesses(job: SearchedJob): Promise<FoundProcesses> {
  const listed = listProcesses();
  const wrapper = job.wrapper(); // after the list: one that lives now led that group then
  const writing = await job.writersOf(job.spools);
  return processesOf(job, {listed, writing, givenTo: variableLook()}, wrapper);
}

/** Those of one job; `wrapper` is its pid, 0 where it is not there any more. */
export function processesOf(
  job: Omit<SearchedJob, 'wrapper' | 'writersOf'>,
  {listed, writing, givenTo}: ProcessLook,
  wrapper: number,
): FoundProcesses {
  const leader = isWrapper(job, wrapper) ? listed.find(({pid}) => pid === wrapper) : undefined;
  const holders = new Set(job.spools.flatMap(path => writing?.get(path) ?? []));
  const hidden: ProcessEntry[] = [];
  const known = listed.filter(entry => {
    const {pid, group, session} = entry;
    if (pid === process.pid || pid === leader?.pid) return false;
    if (leader !== undefined && (group === leader.pid || session === leader.pid)) return true;
    if (holders.has(pid) || job.known.has(identity(pid, entry.startedAt))) return true;
    const given = givenTo(pid);
    if (given === undefined) hidden.push(entry);
    return given?.includes(job.variable);
  });
  const rest = withDescendants(known, leader, listed);
  const found = new Set(rest);
  const isHidden =
    hidesProcesses() ||
    mayBeOf(
      job,
      listed,
      hidden.filter(entry => !found.has(entry)),
    );
  return {leader, rest, unseen: writing === undefined ? 'everything' : isHidden ? 'other_users' : undefined};
}

/** Tells a process from a later one with the same pid. */
export function identity(pid: number, start: string | number): string {
  return `${pid} ${start}`;
}

/** Whether this is the pid of the wrapper and of nobody who has it since. Where the system does not tell, the FIFO decides alone. */
export function isWrapper({alive}: Pick<SearchedJob, 'alive'>, pid: number): boolean {
  return pid > 1 && holdsFile(pid, alive) !== false;
}

function withDescendants(
  known: readonly ProcessEntry[],
  leader: ProcessEntry | undefined,
  listed: readonly ProcessEntry[],
): ProcessEntry[] {
  const children = new Map<number, ProcessEntry[]>();
  for (const entry of listed) {
    const siblings = children.get(entry.parent);
    if (siblings === undefined) children.set(entry.parent, [entry]);
    else siblings.push(entry);
  }
  const found = new Set(known);
  const isNew = (entry: ProcessEntry) =>
    !found.has(entry) && entry !== leader && entry.pid !== process.pid && !isOfStint(entry.pid);
  for (const parents = leader === undefined ? [...known] : [leader, ...known]; parents.length > 0; ) {
    const born = (children.get(parents.pop()?.pid ?? 0) ?? []).filter(isNew);
    for (const child of born) found.add(child);
    parents.push(...born);
  }
  return [...found];
}

/** A coordinator holds its lock, a wrapper its FIFO; nobody else has such a file open. */
export function isOfStint(pid: number): boolean {
  return heldPaths(pid).some(path => path.endsWith('/coordinator.lock') || path.endsWith('/alive'));
}

/**
 * Whether one of these, which may not be looked at, can be the job's: one that began with the job or later, and whose
 * ancestors did, up to one that takes in the orphans of a job, which is init or an ancestor of ours.
 */
function mayBeOf(
  job: Pick<SearchedJob, 'age' | 'endedFor'>,
  listed: readonly ProcessEntry[],
  hidden: readonly ProcessEntry[],
): boolean {
  if (hidden.length === 0) return false;
  const byPid = new Map(listed.map(entry => [entry.pid, entry]));
  const jobAge = job.age() + CLOCKS_DIFFER_MS;
  // What a job left behind has its beginning in the job.
  const leastAge = (job.endedFor?.() ?? 0) - CLOCKS_DIFFER_MS;
  const isYoung = (entry: ProcessEntry) => (ageOf(entry) ?? 0) <= jobAge;
  const adopters = new Set([1]);
  for (let pid = process.ppid; pid > 1 && !adopters.has(pid); pid = byPid.get(pid)?.parent ?? 0)
    adopters.add(pid);
  return hidden.filter(isYoung).some(entry => {
    let top = entry;
    for (let up = byPid.get(top.parent); up !== undefined && up.pid > 1 && isYoung(up); )
      [top, up] = [up, byPid.get(up.parent)];
    return adopters.has(top.parent) && (ageOf(top) ?? leastAge) >= leastAge;
  });
}

const CLOCKS_DIFFER_MS = 2000;
