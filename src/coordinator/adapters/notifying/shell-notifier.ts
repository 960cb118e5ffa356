/**
 * Tells a person by the command that was given when the job was submitted, in the job's own directory and environment.
 *
 * Of a stall it is told at once. Of an end it is told once, in this order: the end is in the outbox; the shell that will run
 * the command claims it, exclusively, in the job's directory; the command runs; it leaves the outbox. So a coordinator that is
 * killed loses none, since the next one finds it in the outbox, and doubles none, since it finds the claim. Only when the
 * shell itself is killed between claim and command is nobody told.
 *
 * So many commands run at once, whatever number of jobs end at once; the others wait on the disk.
 */
import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {codeOf, messageOf} from '../../../base/index.ts';
import {directoryProblem, isTransient, runShell} from '../../../platform/index.ts';
import {type EndEvent, type EndedState, type JobSpec, keyOf} from '../../domain/index.ts';
import type {Notifier, Timer} from '../../ports/index.ts';
import {DESKTOP, desktopCommand, desktopProblem} from './desktop.ts';
import {lastLines} from './last-lines.ts';
import {NotifyFailures} from './notify-failures.ts';
import {Outbox} from './outbox.ts';
import {endClaim, endTelling, stallTelling, type Telling} from './telling.ts';

export interface ShellNotifierOptions {
  readonly state: string;
  readonly now: () => number;
  readonly timer: Timer;
  /** A command is killed after so long. */
  readonly limitMs?: number;
  /** Hears what keeps this from telling anybody. */
  readonly report: (what: string, error: unknown) => void;
  /** Hears of commands that failed. */
  readonly note: (what: string, details: Readonly<Record<string, unknown>>) => void;
  /** Called whenever nobody is left to be told. */
  readonly onIdle: () => void;
}

const LIMIT_MS = 60_000;
/** So many commands run at once. */
const AT_ONCE = 4;
/** What could not be claimed (a full disk, no more processes) is tried again so often, after so long. */
const TRIES = 60;
const RETRY_MS = 5000;

interface Ran {
  readonly reason: string | undefined;
  readonly passes: boolean;
}

interface Waiting {
  /** In the outbox; undefined for a stall. */
  readonly name: string | undefined;
  /** Undefined for what is to be read in the outbox. */
  readonly telling: Telling | undefined;
  readonly tries: number;
}

export class ShellNotifier implements Notifier {
  readonly #options: ShellNotifierOptions;
  readonly #outbox: Outbox;
  readonly #failures: NotifyFailures;
  /** The ends that are to be told or are being told, by their names. */
  readonly #ends = new Set<string>();
  readonly #queue: Waiting[] = [];
  #running = 0;
  #resting = 0;
  #isOver = false;

  constructor(options: ShellNotifierOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.state);
    this.#failures = new NotifyFailures(options.state);
  }

  get isBusy(): boolean {
    return this.#running + this.#resting + this.#queue.length > 0;
  }

  /** Goes on with the ends that an earlier coordinator left in the outbox. */
  start(): void {
    this.#safely('reading who is to be told', () => {
      this.#outbox.tidy();
      for (const name of this.#outbox.names()) this.#addEnd(name, undefined);
    });
  }

  /** Commands that run go on; nobody else is told by this coordinator. */
  stop(): void {
    this.#isOver = true;
  }

  stalled(spec: JobSpec, message: string): void {
    this.#safely(`telling that ${spec.name} is stalled`, () => {
      this.#add({name: undefined, telling: stallTelling(this.#options.state, spec, message), tries: 1});
    });
  }

  ended(spec: JobSpec, end: EndedState, event: EndEvent): void {
    const {state, report} = this.#options;
    this.#safely(`telling that ${spec.name} has ended`, () => {
      const name = this.#outbox.nameOf(keyOf(spec));
      if (this.#ends.has(name) || existsSync(join(state, endClaim(spec)))) return;
      if (this.#outbox.has(name)) return this.#addEnd(name, undefined);
      const telling = endTelling(state, spec, end, event);
      try {
        this.#outbox.put(name, telling);
        this.#addEnd(name, undefined);
      } catch (error) {
        report(`keeping that somebody is to be told of the end of ${spec.name}`, error);
        this.#addEnd(name, telling); // as long as this coordinator lives
      }
    });
  }

  #addEnd(name: string, telling: Telling | undefined): void {
    if (this.#ends.has(name)) return;
    this.#ends.add(name);
    this.#add({name, telling, tries: 1});
  }

  #add(waiting: Waiting): void {
    this.#queue.push(waiting);
    this.#next();
  }

  #next(): void {
    if (this.#isOver || this.#running >= AT_ONCE) return;
    const waiting = this.#queue.shift();
    if (waiting === undefined) {
      if (!this.isBusy) this.#options.onIdle();
      return;
    }
    this.#running += 1;
    this.#tell(waiting)
      .catch((error: unknown) => this.#options.report('telling a person', error))
      .finally(() => {
        this.#running -= 1;
        this.#next();
      });
  }

  async #tell(waiting: Waiting): Promise<void> {
    const {state} = this.#options;
    const {name} = waiting;
    const telling = waiting.telling ?? (name === undefined ? undefined : this.#outbox.read(name));
    const claim = telling?.claim == null ? undefined : join(state, telling.claim);
    const isClaimed = () => claim === undefined || existsSync(claim);
    if (telling !== undefined && (claim === undefined || !isClaimed())) {
      const {reason, passes} = await this.#run(telling, claim);
      if (this.#isOver) return;
      if (!isClaimed() && passes && existsSync(dirname(claim ?? '')) && waiting.tries < TRIES) {
        this.#later(waiting, telling, reason);
        return;
      }
      this.#record(telling, isClaimed() ? reason : (reason ?? UNCLAIMED));
    }
    if (name === undefined) return;
    this.#ends.delete(name);
    this.#outbox.remove(name);
  }

  /** Why it failed; undefined where it did not. `passes`: where it was not claimed, that is worth another try. */
  async #run({text, cwd, environment}: Telling, claim: string | undefined): Promise<Ran> {
    const {limitMs = LIMIT_MS} = this.#options;
    const isDesktop = text === DESKTOP;
    const problem = isDesktop ? desktopProblem(environment) : undefined;
    const command = isDesktop ? desktopCommand(environment, cwd) : {text, variables: {}};
    try {
      await runShell({
        text: problem === undefined ? command.text : ':', // it is claimed all the same
        cwd: directoryFor(cwd, environment.HOME),
        environment: {...environment, ...lastLinesOf(environment), ...command.variables},
        limitMs,
        claim,
      });
      return {reason: problem, passes: true};
    } catch (error) {
      return {reason: problem ?? messageOf(error), passes: isTransient(codeOf(error))};
    }
  }

  #later(waiting: Waiting, telling: Telling, failure = UNCLAIMED): void {
    if (waiting.tries === 1)
      this.#options.note('nobody could be told yet', {job: telling.job, reason: failure});
    this.#resting += 1;
    this.#options.timer(RETRY_MS, () => {
      this.#resting -= 1;
      this.#add({...waiting, tries: waiting.tries + 1});
    });
  }

  #record({job, text}: Telling, reason: string | undefined): void {
    const {now, note} = this.#options;
    if (reason !== undefined) note('a notify command failed', {job, reason});
    this.#safely('keeping how a notify command ended', () =>
      this.#failures.record(text, {job, at_ms: now(), ...(reason === undefined ? {} : {reason})}),
    );
  }

  /** What goes wrong here keeps no job from anything. */
  #safely(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.report(what, error);
    }
  }
}

const UNCLAIMED = 'that it is told could not be noted in the directory of the job';

/** The job's own may be gone by now: a worktree, a temporary one. */
function directoryFor(cwd: string, home: string | undefined): string {
  const found = [cwd, home].find(
    each => each?.startsWith('/') === true && directoryProblem(each) === undefined,
  );
  return found ?? '/';
}

function lastLinesOf({STINT_LOG}: Telling['environment']): {readonly STINT_LAST_LINES?: string} {
  try {
    return {STINT_LAST_LINES: lastLines(STINT_LOG ?? '')};
  } catch {
    return {}; // a log that cannot be read keeps nobody from being told
  }
}
