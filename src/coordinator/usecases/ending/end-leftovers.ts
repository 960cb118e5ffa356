/**
 * Ends what a job left behind that has ended by itself: TERM once to each process, and KILL to what is left after the grace
 * time. Of a job whose log is open every signal is recorded there before it is sent; of a closed one nothing follows in its
 * journal, so the coordinator's own log has it. Nothing of the wish is stored: when this coordinator dies, whoever asked is
 * told so and asks again.
 */
import {codeOf, keyText} from '../../../base/index.ts';
import {
  isEnded,
  type JobSummary,
  keyOf,
  type NamedProcess,
  type Remains,
  signaledEvent,
} from '../../domain/index.ts';
import type {BeforeSignal, JobRunner, Timer} from '../../ports/index.ts';
import type {Run} from '../job-run.ts';
import {beforeTimeOut} from '../time-out.ts';
import {targetOf} from './cancel.ts';

export interface EndLeftoversOptions {
  readonly runner: Pick<JobRunner, 'terminateLeftovers' | 'kill' | 'remains'>;
  readonly timer: Timer;
  readonly report: (what: string, error: unknown) => void;
  /** Keeps what was signalled of a job whose log is closed. */
  readonly note: (what: string, details: Record<string, unknown>) => void;
}

export interface EndedLeftovers extends Remains {
  /** What was found and is gone now. */
  readonly ended: readonly NamedProcess[];
}

interface UnderWay {
  readonly done: Promise<EndedLeftovers>;
  /** How long until KILL. */
  untilKill: number;
}

const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 500;

export class EndLeftovers {
  readonly #options: EndLeftoversOptions;
  readonly #underWay = new Map<string, UnderWay>();

  constructor(options: EndLeftoversOptions) {
    this.#options = options;
  }

  /** The jobs of which something is being ended. */
  get count(): number {
    return this.#underWay.size;
  }

  /** Resolves when nothing is being ended any more, with what is left. */
  async settled(): Promise<Remains['left']> {
    const all = await Promise.all([...this.#underWay.values()].map(({done}) => done));
    return all.flatMap(({left}) => left);
  }

  /** Of a job that has ended; `run` looks after it while its log is open. A second wish can only bring the KILL forward. */
  end(job: JobSummary, run: Run | undefined, graceMs: number): Promise<EndedLeftovers> {
    const key = keyText(keyOf(job.spec));
    const known = this.#underWay.get(key);
    if (known !== undefined) {
      known.untilKill = Math.min(known.untilKill, graceMs);
      return known.done;
    }
    const entry: {-readonly [K in keyof UnderWay]: UnderWay[K]} = {
      untilKill: graceMs,
      done: Promise.resolve({ended: [], left: []}),
    };
    this.#underWay.set(key, entry);
    entry.done = this.#end(job, run, entry).finally(() => this.#underWay.delete(key));
    return entry.done;
  }

  async #end(job: JobSummary, run: Run | undefined, entry: UnderWay): Promise<EndedLeftovers> {
    const {runner} = this.#options;
    const target = () => leftTarget(run?.job ?? job);
    const found = await runner.remains(target());
    if (found.left.length === 0) return {ended: [], ...found};
    await this.#terminate(job, run, target);
    let remains = await runner.remains(target());
    for (let pause = FIRST_LOOK_MS; isEndable(remains) && entry.untilKill > 0; pause *= 2) {
      const length = Math.min(pause, LONGEST_LOOK_MS, entry.untilKill);
      await new Promise<void>(resolve => this.#options.timer(length, resolve));
      entry.untilKill -= length;
      remains = await runner.remains(target());
    }
    if (isEndable(remains)) remains = await runner.kill(target(), this.#recording(job, run, 'SIGKILL'));
    const left = new Set(remains.left.map(({pid}) => pid));
    const ended = found.left.filter(({pid}) => !left.has(pid));
    return {ended: ended.map(({pid, command}) => ({pid, command})), ...remains};
  }

  /** What may not be signalled is told as left. */
  async #terminate(
    job: JobSummary,
    run: Run | undefined,
    target: () => ReturnType<typeof leftTarget>,
  ): Promise<void> {
    try {
      await this.#options.runner.terminateLeftovers(target(), this.#recording(job, run, 'SIGTERM'));
    } catch (error) {
      if (codeOf(error) !== 'EPERM') throw error;
    }
  }

  #recording(job: JobSummary, run: Run | undefined, signal: string): BeforeSignal {
    const {note, report, timer} = this.#options;
    const {invocation, name} = keyOf(job.spec);
    return async aim => {
      const {event: _, ...details} = signaledEvent(signal, aim);
      if (run?.isOpen !== true) {
        note('ending what a job left behind', {job: `${invocation}:${name}`, ...details});
        return;
      }
      const recorded = run.record(signaledEvent(signal, aim));
      await beforeTimeOut(
        recorded.catch((error: unknown) => report(`recording a signal to ${name}`, error)),
        timer,
      );
    };
  }
}

/** Whether anything is left that another signal can end. */
function isEndable({left}: Remains): boolean {
  return left.some(({reason}) => reason === 'still_there');
}

function leftTarget(job: JobSummary) {
  const {state} = job;
  return {...targetOf(job), ...(isEnded(state) ? {endedAt: state.finishedAt} : {})};
}
