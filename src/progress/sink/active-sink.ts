/**
 * A sink that writes. Each event is one line, one write, no sync. The run ends with exactly one of `complete`, `cancelled`
 * and `error`: the one that the worker says, or what the end of the process tells. Nothing that the worker gives it makes
 * it throw: what cannot be written is left out, and an event that cannot be written is lost.
 */
import {types} from 'node:util';

import {reasonOf} from '../../base/index.ts';
import {onProcessEnd, type ProcessEnd, type ResidentMemory} from '../../platform/index.ts';
import type {EventDefinition, ProgressDefinition} from '../definition.ts';
import {isTerminal, type ProgressFields, type SubPhase} from '../record.ts';
import type {EventFile} from './event-file.ts';
import {recordLine} from './event-line.ts';
import type {OpenProgressSink, ProgressLabels, ProgressSpan, Transition} from './sink.ts';

export interface ActiveSinkOptions {
  readonly file: EventFile;
  readonly memory: ResidentMemory;
  readonly labels: ProgressLabels;
  readonly definition: ProgressDefinition | undefined;
  readonly runId: string;
  readonly pid: number;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number;
}

export class ActiveSink implements OpenProgressSink {
  readonly labels: ProgressLabels;
  readonly #options: ActiveSinkOptions;
  readonly #startedAt: number;
  readonly #forgetProcess: () => void;
  #seq = 0;
  #isOver = false;

  constructor(options: ActiveSinkOptions) {
    this.#options = options;
    this.labels = options.labels;
    this.#startedAt = options.monotonic();
    this.#forgetProcess = onProcessEnd(end => this.#processEnds(end));
  }

  get isActive(): boolean {
    return !this.#isOver;
  }

  emit(event: string, given?: ProgressFields & Partial<Transition>): void {
    const defined = this.#defined(event);
    this.#write(defined, () => ({
      event,
      phase: defined?.phase ?? given?.phase ?? event,
      sub_phase: defined?.sub_phase ?? given?.sub_phase ?? 'progress',
      fields: given ?? {},
    }));
  }

  span<T>(phase: string, work: (span: ProgressSpan) => T, fields?: ProgressFields): T {
    const told: ProgressFields[] = [fields ?? {}];
    this.#transition(phase, 'start', told);
    const done = () => this.#transition(phase, 'done', told);
    const failed = (error: unknown) => this.#transition(phase, 'error', [...told, {error: reasonOf(error)}]);
    let result: T;
    try {
      result = work({set: more => void told.push(more)});
    } catch (error) {
      failed(error);
      throw error;
    }
    if (types.isPromise(result)) return observed(result, done, failed) as T;
    done();
    return result;
  }

  complete(fields?: ProgressFields): void {
    this.#end('complete', fields);
  }

  cancelled(fields?: ProgressFields): void {
    this.#end('cancelled', fields);
  }

  error(error: unknown, fields?: ProgressFields): void {
    this.#end('error', fields, {error: reasonOf(error)});
  }

  #defined(event: string): EventDefinition | undefined {
    const {definition} = this.#options;
    return definition !== undefined && Object.hasOwn(definition, event) ? definition[event] : undefined;
  }

  /** The first event that the definition has for this transition of the phase, or one named after both. */
  #transition(phase: string, subPhase: 'start' | 'done' | 'error', told: readonly ProgressFields[]): void {
    const [event, defined] = this.#eventOf(each => each.phase === phase && each.sub_phase === subPhase);
    this.#write(defined, () => ({
      event: event ?? `${phase}_${subPhase}`,
      phase,
      sub_phase: subPhase,
      fields: Object.assign({}, ...told),
    }));
  }

  #end(end: End, fields: ProgressFields | undefined, more?: ProgressFields): void {
    const [event, defined] = this.#eventOf(each => each.phase === end);
    this.#write(defined, () => ({
      event: event ?? end,
      phase: end,
      sub_phase: end,
      fields: {...fields, ...more},
    }));
    this.#close(); // also when that record could not be made
  }

  #eventOf(isMeant: (each: EventDefinition) => boolean): [event?: string, defined?: EventDefinition] {
    return Object.entries(this.#options.definition ?? {}).find(([, each]) => isMeant(each)) ?? [];
  }

  /** What the process says of its end is no field of the definition's, so these records tell it in any case. */
  #processEnds(end: ProcessEnd): void {
    const [event, fields] = endOf(end);
    this.#write(undefined, () => ({event, phase: event, sub_phase: event, fields}));
  }

  /** The only place that writes; a record that a reader takes for the end of the run is its last. */
  #write(defined: EventDefinition | undefined, told: () => Told): void {
    if (this.#isOver) return;
    const {file, memory, labels, now, monotonic, runId, pid} = this.#options;
    try {
      const {event, phase, sub_phase, fields} = told();
      const head = {
        event: String(event),
        phase: String(phase),
        sub_phase,
        ts_ms: now(),
        elapsed_ms: Math.round(monotonic() - this.#startedAt),
        run_id: runId,
        seq: this.#seq++, // also of one that is lost: the gap tells
        pid,
      };
      file.append(recordLine(head, labels, memory.mib(), fields, defined));
      if (isTerminal(head) !== undefined) this.#close();
    } catch (error) {
      file.failed(error);
    }
  }

  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#forgetProcess();
    this.#options.file.close();
    this.#options.memory.close();
  }
}

type End = 'complete' | 'cancelled' | 'error';

interface Told {
  readonly event: string;
  readonly phase: string;
  readonly sub_phase: SubPhase;
  readonly fields: ProgressFields;
}

/** A promise that settles alike, so that a rejection that nobody looks at stays one that nobody looks at. */
async function observed<T>(
  promise: Promise<T>,
  done: () => void,
  failed: (error: unknown) => void,
): Promise<T> {
  try {
    const value = await promise;
    done();
    return value;
  } catch (error) {
    failed(error);
    throw error;
  }
}

/** The code that a program exits with which ends because of a signal that it handles itself: 128 and its number. */
const SIGNAL_CODES: ReadonlyMap<number, string> = new Map([
  [129, 'SIGHUP'],
  [130, 'SIGINT'],
  [143, 'SIGTERM'],
]);

function endOf(end: ProcessEnd): [End, ProgressFields] {
  if (end.kind === 'signal') return ['cancelled', {note: end.signal}];
  if (end.kind === 'exception') return ['error', {error: reasonOf(end.error)}];
  if (end.code === 0) return ['cancelled', {note: 'the process ended before the run was complete'}];
  const signal = SIGNAL_CODES.get(end.code);
  if (signal !== undefined) return ['cancelled', {note: signal}];
  return ['error', {error: `the process ended with code ${end.code}`}];
}
