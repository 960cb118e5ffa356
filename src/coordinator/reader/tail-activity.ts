/** What the records at the end of a file show, of which nobody has read what stands before. */
import {type ProgressRecord, type Shown, type Waiting, WorkerActivity} from '../../progress/index.ts';

export class TailActivity<Time> {
  readonly #activity = new WorkerActivity<Time>();
  readonly #kinds = new Set<string>();
  readonly #isTorn: boolean;

  /** `isTorn`: there is more before them. */
  constructor(isTorn: boolean) {
    this.#isTorn = isTorn;
  }

  /** The first of a kind may as well repeat what stands before the tail. */
  add(record: ProgressRecord, at: Time): Shown {
    const shown = this.#activity.add(record, at);
    const kind = JSON.stringify([record.run_id, record.event, record.phase]);
    const isFirst = !this.#kinds.has(kind);
    this.#kinds.add(kind);
    const isUnknown = this.#isTorn && isFirst && record.sub_phase === 'progress' && shown !== 'waiting';
    return isUnknown ? 'nothing' : shown;
  }

  get waiting(): Waiting<Time> | undefined {
    return this.#activity.waiting;
  }
}
