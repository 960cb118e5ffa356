/**
 * Where a pid names a process: in one pid namespace of one kernel. Two containers, or two machines that share a directory,
 * give the same number to other processes.
 */
import {visible} from './text/visible.ts';

/** With these names in files and on the wire. What the system does not tell is null. */
export interface ProcessSpace {
  readonly host: string;
  /** Another one each time that the kernel starts. */
  readonly boot_id: string | null;
  /** Number of the pid namespace, unique while this kernel runs and the namespace lasts. */
  readonly pid_ns: number | null;
}

/**
 * Where something is, seen from here: `beside` is another pid namespace of this kernel, where FIFOs, sockets and locks
 * tell the truth and pids do not; `before` was this machine until it was started anew; `elsewhere` is another machine, of
 * which nothing can be known.
 */
export type Whereabouts = 'here' | 'beside' | 'before' | 'elsewhere';

export function whereIs(there: ProcessSpace, here: ProcessSpace): Whereabouts {
  const areBootsKnown = there.boot_id !== null && here.boot_id !== null;
  if (areBootsKnown && there.boot_id !== here.boot_id)
    return there.host === here.host ? 'before' : 'elsewhere';
  if (!areBootsKnown && there.host !== here.host) return 'elsewhere';
  const areSpacesKnown = there.pid_ns !== null && here.pid_ns !== null;
  return areSpacesKnown && there.pid_ns !== here.pid_ns ? 'beside' : 'here';
}

/** From a file or a message of anybody; undefined when it names no host. Its texts are bounded and harmless on a terminal. */
export function parseProcessSpace(value: unknown): ProcessSpace | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const {host, boot_id, pid_ns} = value as Record<string, unknown>;
  if (typeof host !== 'string' || host === '') return undefined;
  return {
    host: visible(host.slice(0, LONGEST)),
    boot_id: typeof boot_id === 'string' ? boot_id.slice(0, LONGEST) : null,
    pid_ns: Number.isSafeInteger(pid_ns) ? (pid_ns as number) : null,
  };
}

/** Where that is, in words: `on host mill`, and of this kernel also in which namespace. */
export function spaceText({host, pid_ns}: ProcessSpace, whereabouts: Whereabouts): string {
  return whereabouts === 'beside' ? `in pid namespace ${pid_ns} of host ${host}` : `on host ${host}`;
}

/** More than any system allows for a host's name. */
const LONGEST = 255;
