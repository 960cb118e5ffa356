/** Tells who listens how tasks go on: at once when one ends, and every few seconds what changed meanwhile. Looks only while somebody listens. */
import {timer} from '../../platform/index.ts';
import {isSettled, type TaskLook, type TaskState, taskState} from './task-state.ts';

const LOOK_MS = 500;
/** A job that reports all the time is not told of all the time. */
const TELL_MS = 5000;

export interface Listeners {
  readonly tasks: ReadonlySet<string>;
  tellTask(taskId: string, params: Readonly<Record<string, unknown>>): void;
}

interface Told {
  readonly text: string;
  readonly isSettled: boolean;
  /** By `performance.now`. */
  readonly at: number;
}

export class TaskTeller {
  readonly #look: TaskLook;
  readonly #listeners: Listeners;
  readonly #told = new Map<string, Told>();
  #undo: (() => void) | undefined;
  #isLooking = false;
  #isClosed = false;

  constructor(look: TaskLook, listeners: Listeners) {
    this.#look = look;
    this.#listeners = listeners;
  }

  /** Somebody listens to other tasks than before: how each of them stands is told. */
  listen(): void {
    const {tasks} = this.#listeners;
    for (const id of this.#told.keys()) if (!tasks.has(id)) this.#told.delete(id);
    this.#undo?.();
    if (tasks.size > 0) void this.#goOn();
  }

  close(): void {
    this.#isClosed = true;
    this.#undo?.();
  }

  async #goOn(): Promise<void> {
    if (this.#isLooking || this.#isClosed) return;
    this.#isLooking = true;
    for (const taskId of this.#listeners.tasks) await this.#tell(taskId);
    this.#isLooking = false;
    const goesOn = [...this.#listeners.tasks].some(id => this.#told.get(id)?.isSettled !== true);
    if (goesOn && !this.#isClosed) this.#undo = timer(LOOK_MS, () => void this.#goOn());
  }

  async #tell(taskId: string): Promise<void> {
    const before = this.#told.get(taskId);
    if (before?.isSettled) return;
    let state: TaskState;
    try {
      state = await taskState(this.#look, taskId);
    } catch {
      return; // there is none, or nobody can look: who asks for it is told why
    }
    const now = {text: state.statusMessage ?? '', isSettled: isSettled(state), at: performance.now()};
    const isDue = before === undefined || now.at - before.at >= TELL_MS;
    if (!now.isSettled && (!isDue || before?.text === now.text)) return;
    this.#told.set(taskId, now);
    this.#listeners.tellTask(taskId, {...state});
  }
}
