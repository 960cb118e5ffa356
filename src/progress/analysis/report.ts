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
  /** Which of `runs` tells where the worker stands: the one that told last, of those that are not over where there are any. */
  readonly current_run: number | null;
  /** Where that run stands; null without any record. */
  readonly now: ReportedNow | null;
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
  readonly started_at_ms: number | null;
  readonly last_at_ms: number | null;
  /** From the begin of the run to its last record; of a run that goes on and is looked at live, until now. */
  readonly elapsed_ms: number | null;
  /** How often the writer's wall clock jumped. */
  readonly clock_jumps: number;
  readonly phases: readonly PhaseReport[];
  /** The phase that was opened last and is open, else that of the last record. */
  readonly phase: string;
  /** Time in which no phase was open, and its share of the whole. */
  readonly unclaimed_ms: number | null;
  readonly unclaimed_share: number | null;
  /** Where that time lies, longest first, at most 20. `null` is the begin or the end of the run. */
  readonly unclaimed_between: readonly UnclaimedTime[];
  /** Phases that are open now, oldest first. */
  readonly open: readonly OpenPhase[];
  readonly rows: RowsReport | null;
  readonly eta: EtaReport | null;
  readonly rss_peak_mib: number | null;
  readonly last: LastRecord;
}

/** Of one phase: that which told most of its rows, not all of which are done, of equals the last. */
export interface RowsReport {
  readonly processed: number | null;
  readonly total: number | null;
  readonly phase: string;
}

export interface PhaseReport {
  readonly phase: string;
  /** How often it ended, whichever way. */
  readonly count: number;
  readonly errors: number;
  /** Time in which it was open at least once. */
  readonly wall_ms: number | null;
  /** `wall_ms` of the run's `elapsed_ms`. Phases that overlap can add up to more than 1. */
  readonly share: number | null;
  /** Sum of all its spans: more than `wall_ms` where several were open at once. */
  readonly busy_ms: number | null;
  /** Of `busy_ms` what the spans took that ended. */
  readonly ended_ms: number | null;
  /** Of the lengths of the spans that ended. Exact up to 1,000 of them, within 1 % beyond. */
  readonly span_ms: {readonly p50: number; readonly p95: number; readonly max: number} | null;
  /** How many others ended, whose lengths nobody can know. */
  readonly spans_unknown: number;
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
  readonly ms: number | null;
}

export interface OpenPhase {
  readonly phase: string;
  readonly event: string;
  readonly batch_index: number | null;
  readonly since_ms: number | null;
  readonly open_ms: number | null;
  readonly expect_ms: number | null;
}

/** When the rest will be done, and what that is reckoned from. */
export interface EtaReport {
  readonly remaining_ms: number;
  /** Where the rate varies: within which time, likely. */
  readonly range_ms: readonly [number, number] | null;
  readonly at_ms: number | null;
  readonly basis: {
    readonly phase: string;
    readonly rows_remaining: number;
    /** Of wall time: the median of slices of that time. */
    readonly rows_per_sec: number;
    readonly over_ms: number;
    readonly records: number;
  };
}

export interface LastRecord {
  readonly event: string;
  readonly phase: string;
  readonly sub_phase: string;
  readonly at_ms: number | null;
  readonly note: string | null;
}

/** The same of a run that may be over without having said so. */
export interface ReportedNow extends Omit<ProgressNow, 'outcome'> {
  readonly outcome: ReportedOutcome;
}

/** Where a worker stands: what a list of jobs shows of the current run. */
export interface ProgressNow {
  readonly run_id: string | null;
  readonly outcome: RunOutcome;
  /** The phase that was opened last and is open, else that of the last record. */
  readonly phase: string;
  readonly open: OpenPhase | null;
  readonly rows_processed: number | null;
  readonly rows_total: number | null;
  /** The phase whose rows these are, and whose rate: it may be another one than `phase`. Null without rows. */
  readonly rows_phase: string | null;
  readonly rows_per_sec: number | null;
  /** What the rate is reckoned from. */
  readonly rate_basis: {readonly over_ms: number; readonly records: number} | null;
  readonly remaining_ms: number | null;
  readonly remaining_range_ms: readonly [number, number] | null;
  readonly note: string | null;
}

/** What is kept of a job's progress when its files are gone: the `progress` of its row. */
export interface ProgressSummary {
  /** `running` only where an earlier version wrote it. */
  readonly outcome: ReportedOutcome;
  readonly phase: string;
  readonly rows_processed: number | null;
  readonly rows_total: number | null;
  /** As of `ProgressNow`; missing in summaries of earlier versions, which did not tell. */
  readonly rows_phase?: string | null;
  readonly elapsed_ms: number | null;
  readonly unclaimed_ms: number | null;
  readonly rss_peak_mib: number | null;
  /** At most 64, the longest. */
  readonly phases: readonly PhaseSummary[];
}

export interface PhaseSummary {
  readonly phase: string;
  readonly count: number;
  readonly wall_ms: number | null;
  /** Of the spans that ended, added up; missing in summaries of earlier versions. */
  readonly ended_ms?: number | null;
}
