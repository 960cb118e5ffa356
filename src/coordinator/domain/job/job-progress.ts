/** What a job reported of its progress last, as far as others want to know it. Null where it did not tell. */
export interface JobProgress {
  readonly phase: string;
  /** The phase that is open, with what is known of it; null between phases. */
  readonly open: OpenJobPhase | null;
  /** How the newest run ended, if it said so: it may then be silent for as long as it likes. */
  readonly outcome: 'running' | 'complete' | 'cancelled' | 'error';
  readonly rowsProcessed: number | null;
  readonly rowsTotal: number | null;
}

export interface OpenJobPhase {
  readonly batchIndex: number | null;
  /** Unix milliseconds of our clock; the same for as long as the phase is open. */
  readonly since: number;
  /** How long it is known to take at most. */
  readonly expectMs: number | null;
}
