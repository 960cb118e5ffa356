import type {Expected} from '../stall/stall.ts';

/** What a job reported of its progress last, as far as others want to know it. Null where it did not tell. */
export interface JobProgress {
  readonly phase: string;
  /** The phase that is open, with what is known of it; null between phases. */
  readonly open: OpenJobPhase | null;
  /** The open phases of all its runs that are known to take long; `since` as in `open`. */
  readonly expected: readonly Expected[];
  /** For what a worker of it waits, as it says, and since when; null where none does. */
  readonly waiting: {readonly on: string; readonly since: number} | null;
  /** How its runs ended, if none goes on: it may then be silent for as long as it likes. */
  readonly outcome: 'running' | 'complete' | 'cancelled' | 'error';
  readonly rowsProcessed: number | null;
  readonly rowsTotal: number | null;
  /** The phase whose rows these are. */
  readonly rowsPhase: string | null;
}

export interface OpenJobPhase {
  readonly batchIndex: number | null;
  /** Unix milliseconds of our clock; the same for as long as the phase is open. */
  readonly since: number;
}
