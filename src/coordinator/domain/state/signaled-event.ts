/** The record of a signal: to whom it went. What is named in it is bounded, however many processes a job has. */
import type {NamedProcess} from './remains.ts';

/** A process and no later one with the same pid. */
export interface SignaledProcess {
  readonly pid: number;
  /** When it was started, as the system counts that; undefined where it does not tell. */
  readonly start?: number;
}

/** One that may not be signalled. */
export type RefusedProcess = NamedProcess & SignaledProcess;

export interface SignaledEvent {
  readonly event: 'signaled';
  readonly signal: string;
  /** The process group that got it as one; its members are among `pids`, as far as they were known. */
  readonly group?: number;
  readonly pids?: readonly number[];
  /** When each of `pids` was started, where the system tells: Linux, in its ticks since it was booted. */
  readonly starts?: readonly number[];
  /** So many got it besides those that are named. */
  readonly more?: number;
  /** Those that may not be signalled. */
  readonly refused?: readonly RefusedProcess[];
}

/** To whom a signal is about to go, and who of those that are meant may not be signalled. */
export interface Aim {
  readonly group?: number;
  readonly processes: readonly SignaledProcess[];
  readonly refused: readonly RefusedProcess[];
}

const MOST_PIDS = 1000;
const MOST_REFUSED = 50;
const MOST_COMMAND = 100;

export function signaledEvent(signal: string, {group, processes, refused}: Aim): SignaledEvent {
  const named = processes.slice(0, MOST_PIDS);
  const more = processes.length - named.length;
  const starts = named.flatMap(({start}) => start ?? []);
  return {
    event: 'signaled',
    signal,
    ...(group === undefined ? {} : {group}),
    pids: named.map(({pid}) => pid),
    ...(starts.length > 0 && starts.length === named.length ? {starts} : {}),
    ...(more > 0 ? {more} : {}),
    ...(refused.length === 0 ? {} : {refused: refused.slice(0, MOST_REFUSED)}),
  };
}

/** Whether it went to anybody. A record of an earlier version names nobody, and was written when it had. */
export function hasReached({pids}: SignaledEvent): boolean {
  return pids === undefined || pids.length > 0;
}

/** All that are named and can be told from later processes with the same pids; not the wrapper, which leads the group. */
export function meantProcesses({
  pids = [],
  starts = [],
  group,
  refused = [],
}: SignaledEvent): SignaledProcess[] {
  const sent = pids.length === starts.length ? pids.map((pid, at) => ({pid, start: starts[at]})) : [];
  return [...sent, ...refused].flatMap(({pid, start}) =>
    start === undefined || pid === group ? [] : [{pid, start}],
  );
}

/** What is not as it should be is left out. */
export function parseSignaledEvent({
  signal,
  group,
  pids,
  starts,
  more,
  refused,
}: Record<string, unknown>): SignaledEvent {
  const named = Array.isArray(refused) ? refused.slice(0, MOST_REFUSED).flatMap(parseRefused) : [];
  return {
    event: 'signaled',
    signal: String(signal ?? ''),
    ...(isCount(group) ? {group} : {}),
    ...(Array.isArray(pids) ? {pids: pids.slice(0, MOST_PIDS).filter(isCount)} : {}),
    ...(Array.isArray(starts) ? {starts: starts.slice(0, MOST_PIDS).filter(isCount)} : {}),
    ...(isCount(more) ? {more} : {}),
    ...(named.length === 0 ? {} : {refused: named}),
  };
}

function parseRefused(value: unknown): RefusedProcess[] {
  const {pid, command, start} = Object(value) as Record<string, unknown>;
  if (!isCount(pid) || typeof command !== 'string') return [];
  return [{pid, command: command.slice(0, MOST_COMMAND), ...(isCount(start) ? {start} : {})}];
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
