import {cutText, reasonOf} from '../../base/index.ts';
import {warnOfProcess} from '../../platform/index.ts';

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

/** Events lost in a row, of which the file does not tell yet. */
export interface Loss {
  readonly sessionId: string;
  readonly dropped: number;
  /** When the first of them came, Unix milliseconds. */
  readonly since: number;
  readonly reason: string;
}

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
  #loss: Loss | undefined;

  constructor(path: string, warn: (message: string) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  get health(): SinkHealth {
    return {written: this.#written, dropped: this.#dropped, lastError: this.#lastError, since: this.#since};
  }

  get isSick(): boolean {
    return this.#since !== undefined;
  }

  get loss(): Loss | undefined {
    return this.#loss;
  }

  /** The same, to tell of it: what is lost from now on is another loss. */
  takeLoss(): Loss | undefined {
    const loss = this.#loss;
    this.#loss = undefined;
    return loss;
  }

  wrote(events: number): void {
    this.#written += events;
  }

  dropped(events: number, sessionId: string, reason: string, nowMs: number): void {
    this.#dropped += events;
    this.#lastError = reason;
    const {dropped, ...first} = this.#loss ?? {sessionId, dropped: 0, since: nowMs};
    this.#loss = {...first, dropped: dropped + events, reason};
  }

  failed(reason: string, nowMs: number): void {
    this.#lastError = reason;
    if (this.isSick) return;
    this.#since = nowMs;
    this.#droppedBefore = this.#dropped;
    this.#tell(
      `Events are not recorded in ${this.#path}: ${reason.replace(/\.$/, '')}. The work goes on; what gets lost is counted.`,
    );
  }

  recovered(): void {
    if (!this.isSick) return;
    this.#since = undefined;
    const lost = this.#dropped - this.#droppedBefore;
    this.#tell(`Events are recorded in ${this.#path} again; ${lost === 0 ? 'none' : lost} got lost.`);
  }

  #tell(message: string): void {
    try {
      this.#warn(message);
    } catch {
      // whoever hears of trouble must not make more of it; `health` tells it as well
    }
  }
}

/** In UTF-16 units. */
const LONGEST_REASON = 500;

/** What to say of anything that was thrown. An event may have made it, so its length is bounded. */
export function shortReason(error: unknown): string {
  return cutText(reasonOf(error), LONGEST_REASON);
}
