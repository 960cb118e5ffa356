import type {NotifyOn, OnStall} from '../../../base/index.ts';

/** What can be asked for when a job is submitted; the flags and variables for that are in the `JOB_OPTIONS` of base. */
export interface JobOptions {
  /** It passes the queue: it starts at once, also where as many run as may. */
  readonly now: boolean;
  /** Of those that wait for their turn, one with a higher number starts first. */
  readonly priority: number;
  /** It counts against the limit of this group as well; null for none. */
  readonly group: string | null;
  /** A server: it runs for as long as it is wanted, takes no place, and its end is unexpected. */
  readonly service: boolean;
  /** Who started it, as `whose.ts` has it; null where nobody said. */
  readonly by: string | null;
  /** Keep only the output records whose `seq` is divisible by this; 1 keeps all. */
  readonly sampleEvery: number;
  /** What it writes to stderr goes where its stdout goes, so that the order is that of the writing. */
  readonly merged: boolean;
  /** How long, after the command ended, processes that it left behind may still write. Milliseconds. */
  readonly lingerMs: number;
  /** Once it has reported progress, so much silence means that it is stalled; 0 for never. Milliseconds. */
  readonly stallAfterMs: number;
  readonly onStall: OnStall;
  /** It is ended when it has run for so long; null for never. Milliseconds. */
  readonly timeoutMs: number | null;
  /** It is ended when all its processes take more memory than this, about; null for never. Bytes. */
  readonly maxMemoryBytes: number | null;
  /** How many more attempts there are after one that failed. */
  readonly retries: number;
  /** The pause before the first of them, twice as long before each further one; see `nextAttempt`. Milliseconds. */
  readonly backoffMs: number;
  /** Only after one of these exit codes; null for any failure. */
  readonly retryOn: readonly number[] | null;
  /** It is ended so long after it reported that its work is complete, if it has not ended by itself; null for never. Milliseconds. */
  readonly onCompleteMs: number | null;
  /** Shell text that is run to tell a person what happened, or `desktop` for a notification there; null for nobody. */
  readonly notify: string | null;
  /** Of what that person is told; null where nobody said: of stalls, where `onStall` is `notify`. */
  readonly notifyOn: readonly NotifyOn[] | null;
  /** How long it is kept after its end; null for good. Milliseconds. */
  readonly retentionMs: number | null;
  /** The same where it failed. */
  readonly retentionFailedMs: number | null;
  /** From so many bytes on the middle is cut out of its log, while it runs; 0 for never. */
  readonly maxLogBytes: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Where nothing is asked for. */
export const DEFAULT_JOB_OPTIONS: JobOptions = {
  priority: 0,
  group: null,
  service: false,
  by: null,
  sampleEvery: 1,
  now: false,
  merged: false,
  lingerMs: 10_000,
  stallAfterMs: 120_000,
  onStall: 'notify',
  timeoutMs: null,
  maxMemoryBytes: null,
  retries: 0,
  backoffMs: 5000,
  retryOn: null,
  onCompleteMs: null,
  notify: null,
  notifyOn: null,
  retentionMs: 7 * DAY_MS,
  retentionFailedMs: 30 * DAY_MS,
  maxLogBytes: 100_000_000,
};
