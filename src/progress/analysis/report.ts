/**
 * What an analysis tells: the JSON of `stint progress report --json`. Times are whole milliseconds; a share is of 1; what
 * cannot be told is null.
 */

export interface ProgressReport {
  /** Records that were read. */
  readonly records: number;
  /** Lines that are no progress record. */
  readonly skipped: {readonly lines: number; readonly bytes: number};
  /** The newest runs in the order of their first records, at most `MOST_RUNS`. */
  readonly runs: readonly RunReport[];
  /** Runs before those, of which only the number is kept. */
  readonly earlier_runs: number;
}

export const MOST_RUNS = 100;

export type RunOutcome = 'running' | 'complete' | 'cancelled' | 'error';

/** `unfinished`: its job has ended, and it never said how. */
export type ReportedOutcome = RunOutcome | 'unfinished';

export interface RunReport {
  readonly run_id: string | null;
  readonly pid: number | null;
  readonly schema: string | null;
  /** Keys of the first record that are neither the format's nor a number of the work, for instance `tier`. */
  readonly labels: Readonly<Record<string, string | number | boolean>>;
  /** `running` while no terminal record was read, also of a worker that died whose job goes on, or is not known. */
  readonly outcome: ReportedOutcome;
  /** Of the terminal error, else of the last phase that failed; null once the run is complete. */
  readonly error: string | null;
  readonly records: number;
  readonly started_at_ms: number;
  readonly last_at_ms: number;
  /** From the begin of the run to its last record; of a run that goes on and is looked at live, until now. */
  readonly elapsed_ms: number;
  /** How often the writer's wall clock jumped. */
  readonly clock_jumps: number;
  readonly phases: readonly PhaseReport[];
  /** Time in which no phase was open, and its share of the whole. */
  readonly unclaimed_ms: number;
  readonly unclaimed_share: number;
  /** Where that time lies, longest first, at most 20. `null` is the begin or the end of the run. */
  readonly unclaimed_between: readonly UnclaimedTime[];
  /** Phases that are open now, oldest first. */
  readonly open: readonly OpenPhase[];
  readonly rows: {readonly processed: number; readonly total: number; readonly phase: string} | null;
  readonly eta: EtaReport | null;
  readonly rss_peak_mib: number | null;
  readonly last: LastRecord;
}

export interface PhaseReport {
  readonly phase: string;
  /** How often it ended, whichever way. */
  readonly count: number;
  readonly errors: number;
  /** Time in which it was open at least once. */
  readonly wall_ms: number;
  /** `wall_ms` of the run's `elapsed_ms`. Phases that overlap can add up to more than 1. */
  readonly share: number;
  /** Sum of all its spans: more than `wall_ms` where several were open at once. */
  readonly busy_ms: number;
  /** Of the lengths of the spans that ended. Exact up to 1,000 of them, within 1 % beyond. */
  readonly span_ms: {readonly p50: number; readonly p95: number; readonly max: number} | null;
  readonly rows: number;
  readonly bytes: number;
  /** Per second of `wall_ms`. */
  readonly rows_per_sec: number | null;
  readonly bytes_per_sec: number | null;
  /** Rows and bytes over the run's time: bucket n begins at n × `width_ms` of the run. At most 64. */
  readonly over_time: {
    readonly width_ms: number;
    readonly rows: readonly number[];
    readonly bytes: readonly number[];
  };
}

export interface UnclaimedTime {
  readonly after: string | null;
  readonly before: string | null;
  readonly count: number;
  readonly ms: number;
}

export interface OpenPhase {
  readonly phase: string;
  readonly event: string;
  readonly batch_index: number | null;
  readonly since_ms: number;
  readonly open_ms: number;
  readonly expect_ms: number | null;
}

/** When the rest will be done, and what that is reckoned from. */
export interface EtaReport {
  readonly remaining_ms: number;
  readonly at_ms: number;
  readonly basis: {
    readonly phase: string;
    readonly rows_remaining: number;
    /** Of wall time, over the newest records that counted rows. */
    readonly rows_per_sec: number;
    readonly over_ms: number;
    readonly records: number;
  };
}

export interface LastRecord {
  readonly event: string;
  readonly phase: string;
  readonly sub_phase: string;
  readonly at_ms: number;
  readonly note: string | null;
}

/** Where a worker stands: what a list of jobs shows of the newest run. */
export interface ProgressNow {
  readonly run_id: string | null;
  readonly outcome: RunOutcome;
  /** The phase that was opened last and is open, else that of the last record. */
  readonly phase: string;
  readonly open: OpenPhase | null;
  readonly rows_processed: number | null;
  readonly rows_total: number | null;
  readonly rows_per_sec: number | null;
  readonly remaining_ms: number | null;
  readonly note: string | null;
}

/** What is kept of a job's progress when its files are gone: the `progress` of its row. */
export interface ProgressSummary {
  /** `running` only where an earlier version wrote it. */
  readonly outcome: ReportedOutcome;
  readonly phase: string;
  readonly rows_processed: number | null;
  readonly rows_total: number | null;
  readonly elapsed_ms: number;
  readonly unclaimed_ms: number;
  readonly rss_peak_mib: number | null;
  /** At most 64, the longest. */
  readonly phases: readonly {readonly phase: string; readonly count: number; readonly wall_ms: number}[];
}
