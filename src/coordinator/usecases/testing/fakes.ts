/** A machine without processes, files and time: the ports of the use cases, as a test wants them. */
import {setImmediate as nextTurn} from 'node:timers/promises';

import {keyText, type Moment, type ProcessSpace} from '../../../base/index.ts';
import {type Job, type JobSpec, keyOf, type Remains, type StatusEvent} from '../../domain/index.ts';
import {specOf} from '../../domain/testing/sample-jobs.ts';
import type {JobFindings, JobRecorder, ProgressSeen} from '../../ports/index.ts';
import type {SupervisorOptions} from '../supervisor-options.ts';

/** Found in a directory of which only the spec is there: the job never started. */
const UNTOUCHED: JobFindings = {
  spec: specOf(),
  space: undefined,
  alive: false,
  hasFifo: false,
  wrapperPid: undefined,
  began: undefined,
  ended: undefined,
  cpu: undefined,
  exitCode: undefined,
  lastSign: undefined,
  state: undefined,
};

/** Where its coordinators run. */
export const SPACE: ProcessSpace = {host: 'mill', boot_id: 'b1', pid_ns: 7};
const BOOTED_AT = 1767000000000;
const SURVIVOR = {pid: 4242, command: 'left'};

type Fallible = 'start' | 'adopt' | 'exit' | 'inspect' | 'put' | 'create' | 'environment';

export class FakeMachine {
  /** What was done, in order, as `what name details`. */
  readonly done: string[] = [];
  /** What was reported. */
  readonly reports: string[] = [];
  readonly rows = new Map<string, Job>();
  readonly findings = new Map<string, Partial<JobFindings>>();
  readonly exits = new Map<string, {code: number; atMs: number}>();
  /** Thrown by the next calls, by what is called. */
  readonly failures = new Map<Fallible, unknown[]>();
  /** Names of the jobs that left a process behind; undefined where nobody can tell. */
  leftovers: Set<string> | undefined = new Set();
  /** Names of the jobs of which a process is found that cannot write. */
  readonly survivors = new Set<string>();
  /** How much a job takes, by its name; what is not there cannot be seen. */
  readonly memory = new Map<string, number>();
  /** Whether what survives is another user's. */
  mayNotSignal = false;
  /** By the names of the jobs that are followed: reports progress. */
  readonly reporters = new Map<string, (seen: ProgressSeen) => void>();
  /** What is kept of the progress of a job, by its name. */
  readonly summaries = new Map<string, string>();
  now = 1767225600000;
  clockJumped = 0;
  /** How often somebody asked for leftovers, with the names. */
  readonly looks: string[][] = [];
  /** Pending while the disk is full. */
  #room: Promise<void> = Promise.resolve();
  #makeRoom: () => void = () => undefined;
  readonly #wrappers = new Map<string, () => void>();
  #timers: {at: number; callback: () => void}[] = [];
  #pid = 100;

  readonly options: SupervisorOptions = {
    ledger: {
      nextNumber: () => 1,
      add: async jobs => {
        for (const job of jobs) {
          this.rows.set(keyText(keyOf(job.spec)), job);
          this.done.push(`add ${job.spec.name}@${job.spec.attempt}`);
        }
      },
      put: job => {
        this.#fail('put');
        this.rows.set(keyText(keyOf(job.spec)), job);
        this.done.push(`row ${job.spec.name} ${job.state.status}${isClosed(job) ? ' closed' : ''}`);
      },
      find: key => this.rows.get(keyText(key)),
      rank: (key, rank) => void this.done.push(`rank ${key.name} ${rank}`),
      flush: async () => void this.done.push('flush'),
    },
    files: {
      create: () => this.#fail('create'),
      environment: () => {
        this.#fail('environment');
        return [];
      },
      remove: () => undefined,
      progressPath: ({name}) => `/jobs/${name}/progress.jsonl`,
      inspect: ({name, attempt}) => {
        this.#fail('inspect');
        return {...UNTOUCHED, spec: specOf({name, attempt}), ...this.findings.get(name)};
      },
      discardSpool: ({name}) => void this.done.push(`discard ${name}`),
    },
    runner: {
      start: async ({name}, onEnd) => {
        this.done.push(`start ${name}`);
        this.#fail('start');
        this.#wrappers.set(name, onEnd);
        return {pid: this.#pid++};
      },
      adopt: async ({name}, onEnd) => {
        this.done.push(`adopt ${name}`);
        this.#fail('adopt');
        this.#wrappers.set(name, onEnd);
        return {pid: this.#pid++};
      },
      whenEnded: ({name}, onEnd) => {
        this.#wrappers.set(name, onEnd);
        return () => void this.#wrappers.delete(name);
      },
      exit: ({name}) => {
        this.#fail('exit');
        const exit = this.exits.get(name);
        return exit && {code: exit.code, ended: {at: exit.atMs}};
      },
      terminate: async ({spec: {name}, wrapperPid: pid}, tell) => {
        await tell({group: pid, processes: [{pid}], refused: []});
        this.done.push(`TERM ${name} ${pid}`);
        return true;
      },
      terminateLeftovers: async ({spec: {name}}, tell) => {
        if (!this.survivors.has(name)) return false;
        await tell({processes: [{pid: SURVIVOR.pid}], refused: []});
        this.done.push(`TERM what ${name} left`);
        return true;
      },
      kill: async ({spec: {name}, wrapperPid: pid}, tell) => {
        await tell({processes: [{pid: pid + 1}], refused: []});
        this.done.push(`KILL ${name} ${pid}`);
        return this.#remains(name);
      },
      remains: async ({spec: {name}}) => this.#remains(name),
      memory: async ({spec: {name}}) => this.memory.get(name),
      stillWriting: async specs => {
        this.looks.push(specs.map(({name}) => name));
        return this.leftovers && new Set(specs.filter(({name}) => this.leftovers?.has(name)));
      },
    },
    openRecorder: (spec, {late}) => this.#recorder(spec, late),
    timer: (ms, callback) => {
      const timer = {at: this.now + ms, callback};
      this.#timers.push(timer);
      return () => {
        this.#timers = this.#timers.filter(each => each !== timer);
      };
    },
    now: () => this.now,
    moment: () => this.moment,
    monotonic: () => this.now - this.clockJumped,
    progress: {
      follow: ({name}, {hear}) => {
        this.done.push(`progress ${name}`);
        this.reporters.set(name, hear);
        return {
          readBytes: 0,
          stop: () => void this.reporters.delete(name),
          look: () => true,
          close: async () => (this.reporters.delete(name) ? this.summaries.get(name) : undefined),
        };
      },
      summary: async ({name}) => this.summaries.get(name),
      seenWork: () => undefined,
      output: () => ({bytes: [0, 0], isNew: false}),
    },
    notifier: {
      stalled: ({name}, message) => void this.done.push(`notify ${name} ${message}`),
      ended: ({name}, {status}, event) => void this.done.push(`notify ${name} ${event} ${status}`),
    },
    onProgress: ({spec, progress}) => void this.done.push(`tell ${spec.name} ${progress?.phase}`),
    bootedAt: 0,
    space: SPACE,
    parallel: 4,
    random: () => 1,
    groups: new Map(),
    isTransient: error => error instanceof Error && error.message === 'transient',
    report: (what, error) => void this.reports.push(`${what}: ${String(error)}`),
  };

  failNext(what: Fallible, ...messages: readonly string[]): void {
    this.failures.set(
      what,
      messages.map(message => new Error(message)),
    );
  }

  /** The wrapper of a job ends; without a code it was killed. */
  end(name: string, code?: number): void {
    if (code !== undefined) this.exits.set(name, {code, atMs: this.now});
    const onEnd = this.#wrappers.get(name);
    if (onEnd === undefined) throw new Error(`${name} is not running`);
    this.#wrappers.delete(name);
    onEnd();
  }

  /** Names of the jobs whose wrappers run. */
  get running(): string[] {
    return [...this.#wrappers.keys()];
  }

  get moment(): Moment {
    return {at: this.now, uptime: {ms: this.now - this.clockJumped - BOOTED_AT, bootId: 'b1'}};
  }

  /** Lets everything happen that can happen without time passing. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 30; turn++) await nextTurn();
  }

  /** Lets the time pass, in steps from timer to timer. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await this.settle();
      const next = this.#timers.filter(({at}) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter(each => each !== next);
      this.now = Math.max(this.now, next.at);
      next.callback();
    }
    this.now = end;
    await this.settle();
  }

  /** No journal can be written from now on. */
  fillDisk(): void {
    this.#room = new Promise(resolve => {
      this.#makeRoom = resolve;
    });
  }

  /** Journals can be written again, and what waits is, in order. */
  async makeRoom(): Promise<void> {
    this.#makeRoom();
    await this.settle();
  }

  /** Puts the clock back; timers do not care. */
  putClockBack(ms: number): void {
    this.now -= ms;
    this.clockJumped -= ms;
    this.#timers = this.#timers.map(({at, ...timer}) => ({...timer, at: at - ms}));
  }

  #remains(name: string): Remains {
    const reason = this.mayNotSignal ? 'not_permitted' : 'still_there';
    return {left: this.survivors.has(name) ? [{...SURVIVOR, reason}] : []};
  }

  #fail(what: Fallible): void {
    const error = this.failures.get(what)?.shift();
    if (error !== undefined) throw error;
  }

  #recorder({name}: JobSpec, late: boolean): JobRecorder {
    let isClosed = false;
    const unlessClosed = async <T>(text: string, value: T): Promise<T> => {
      await this.#room;
      if (isClosed) return new Promise<T>(() => undefined);
      await nextTurn();
      this.done.push(text);
      return value;
    };
    return {
      listen: () => undefined,
      follow: () => void this.done.push(`follow ${name}`),
      drain: () => unlessClosed(`drain ${name}`, undefined),
      record: (data, at = this.now) =>
        unlessClosed(`journal ${name} ${eventText(data)}${late ? ' late' : ''}`, {ts: at, data}),
      secure: () => Promise.resolve(),
      close: () => {
        isClosed = true;
        this.done.push(`close ${name}`);
        return 1000;
      },
    };
  }
}

function eventText(event: StatusEvent): string {
  switch (event.event) {
    case 'finished':
      return `finished ${event.exit_code}`;
    case 'closed':
      return event.left_open ? 'closed left_open' : 'closed';
    default:
      return event.event;
  }
}

function isClosed({state}: Job): boolean {
  return 'closedAt' in state && state.closedAt !== undefined;
}
