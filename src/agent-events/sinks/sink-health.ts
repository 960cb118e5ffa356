import {cutText, reasonOf} from '../../base/index.ts';
import {warnOfProcess} from '../../platform/index.ts';
import {quietly} from './quietly.ts';

/** Warns of what goes wrong with recording where nobody else wants to hear it. */
export const warnOfRecording = warnOfProcess('StintRecordingWarning');

/** Whether a recorder gets its events into the file, or into the event log. It is sick from the first failure until a write succeeds. */
export interface SinkHealth {
  /** Events that this sink was given and the file took. What tells of lost ones is not counted. */
  readonly written: number;
  /** Events that are lost. The file says so in their place, as soon as it can be written. */
  readonly dropped: number;
  /** The newest thing that went wrong, also when it is over. */
  readonly lastError: string | undefined;
  /** When the present trouble began, Unix milliseconds; undefined when all is well. */
  readonly since: number | undefined;
}

/** How long what refused a write is left alone, in milliseconds. */
export const RETRY_MS = 250;

/** What happened to a recorder, and what is said of it: one warning when it falls ill, one when it is well again. */
export class HealthRecord {
  readonly #path: string;
  readonly #warn: (message: string) => void;
  #written = 0;
  #dropped = 0;
  #lastError: string | undefined;
  #since: number | undefined;
  /** `#dropped` when the present trouble began. */
  #droppedBefore = 0;

  constructor(path: string, warn: (message: string) => void) {
    this.#path = path;
    this.#warn = quietly(warn);
  }

  get health(): SinkHealth {
    return {written: this.#written, dropped: this.#dropped, lastError: this.#lastError, since: this.#since};
  }

  get isSick(): boolean {
    return this.#since !== undefined;
  }

  wrote(events: number): void {
    this.#written += events;
  }

  dropped(events: number, reason: string): void {
    this.#dropped += events;
    this.#lastError = reason;
  }

  failed(reason: string, nowMs: number): void {
    this.#lastError = reason;
    if (this.isSick) return;
    this.#since = nowMs;
    this.#droppedBefore = this.#dropped;
    this.#warn(
      `Events are not recorded in ${this.#path}: ${reason.replace(/\.$/, '')}. The work goes on; what gets lost is counted.`,
    );
  }

  recovered(): void {
    if (!this.isSick) return;
    this.#since = undefined;
    const lost = this.#dropped - this.#droppedBefore;
    this.#warn(`Events are recorded in ${this.#path} again; ${lost === 0 ? 'none' : lost} got lost.`);
  }
}

/** In UTF-16 units. */
const LONGEST_REASON = 500;

/** What to say of anything that was thrown. An event may have made it, so its length is bounded. */
export function shortReason(error: unknown): string {
  return cutText(reasonOf(error), LONGEST_REASON);
}
