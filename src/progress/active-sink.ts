/**
 * A sink that writes. Each event is one line, one write, no sync. The run ends with exactly one of `complete`, `cancelled`
 * and `error`: the one that the worker says, or what the end of the process tells.
 */
import {messageOf} from '../base/index.ts';
import {onProcessEnd, type ProcessEnd, type ResidentMemory} from '../platform/index.ts';
import type {EventDefinition, ProgressDefinition} from './definition.ts';
import type {EventFile} from './event-file.ts';
import type {ProgressFields, SubPhase} from './record.ts';
import {recordLine} from './record-line.ts';
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
  readonly isActive = true;
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

  emit(event: string, fields: ProgressFields & Partial<Transition> = {}): void {
    const {definition} = this.#options;
    const defined =
      definition !== undefined && Object.hasOwn(definition, event) ? definition[event] : undefined;
    const phase = defined?.phase ?? fields.phase ?? event;
    const subPhase = defined?.sub_phase ?? fields.sub_phase ?? 'progress';
    const expected = defined?.expect_ms === undefined ? fields : {expect_ms: defined.expect_ms, ...fields};
    if (isEnd(event)) this.#end(event, expected);
    else this.#write(event, phase, subPhase, expected);
  }

  span<T>(phase: string, work: (span: ProgressSpan) => T, fields: ProgressFields = {}): T {
    const ended = {...fields};
    const set = (more: ProgressFields) => Object.assign(ended, more);
    this.#transition(phase, 'start', fields);
    const done = () => this.#transition(phase, 'done', ended);
    const failed = (error: unknown) => this.#transition(phase, 'error', {...ended, error: messageOf(error)});
    try {
      const result = work({set});
      if (result instanceof Promise) result.then(done, failed);
      else done();
      return result;
    } catch (error) {
      failed(error);
      throw error;
    }
  }

  complete(fields: ProgressFields = {}): void {
    this.#end('complete', fields);
  }

  cancelled(fields: ProgressFields = {}): void {
    this.#end('cancelled', fields);
  }

  error(error: unknown, fields: ProgressFields = {}): void {
    this.#end('error', {...fields, error: messageOf(error)});
  }

  /** The event that a definition has for this transition of the phase, or one named after both. */
  #transition(phase: string, subPhase: 'start' | 'done' | 'error', fields: ProgressFields): void {
    const isMeant = ([, each]: [string, EventDefinition]) =>
      each.phase === phase && each.sub_phase === subPhase;
    const [event, defined] = Object.entries(this.#options.definition ?? {}).find(isMeant) ?? [];
    const expected = defined?.expect_ms === undefined ? fields : {expect_ms: defined.expect_ms, ...fields};
    this.#write(event ?? `${phase}_${subPhase}`, phase, subPhase, expected);
  }

  #end(event: End, fields: ProgressFields): void {
    if (this.#isOver) return;
    this.#write(event, event, event, fields);
    this.#isOver = true;
    this.#forgetProcess();
    this.#options.file.close();
    this.#options.memory.close();
  }

  #processEnds(end: ProcessEnd): void {
    if (end.kind === 'signal') this.#end('cancelled', {note: end.signal});
    else if (end.kind === 'exception') this.#end('error', {error: end.message});
    else if (end.code === 0) this.#end('cancelled', {note: 'the process ended before the run was complete'});
    else this.#end('error', {error: `the process ended with code ${end.code}`});
  }

  #write(event: string, phase: string, subPhase: SubPhase, fields: ProgressFields): void {
    if (this.#isOver) return;
    const {file, memory, labels, now, monotonic, runId, pid} = this.#options;
    try {
      const tsMs = now();
      const elapsedMs = Math.round(monotonic() - this.#startedAt);
      const head = {event, phase, subPhase, tsMs, elapsedMs, runId, seq: this.#seq, pid, labels};
      file.append(recordLine({...head, rssMib: memory.mib()}, fields));
      this.#seq += 1;
    } catch (error) {
      file.failed(error);
    }
  }
}

type End = 'complete' | 'cancelled' | 'error';

function isEnd(event: string): event is End {
  return event === 'complete' || event === 'cancelled' || event === 'error';
}
