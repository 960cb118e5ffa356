import type {Moment} from '../../base/index.ts';
import type {Aim, JobSpec, Remains, SignaledProcess, SpecSummary, WrittenCpuTime} from '../domain/index.ts';

/** Hears of a signal before it is sent, which waits until the promise resolves. */
export type BeforeSignal = (aim: Aim) => Promise<void>;

/** A job whose processes are meant. */
export interface JobTarget {
  readonly spec: SpecSummary;
  /** 0 when it is not known. */
  readonly wrapperPid: number;
  /** Who was sent a signal before, or was to be: they are the job's, whatever else has become of them. */
  readonly signaled: readonly SignaledProcess[];
  /** When it ended, Unix milliseconds, where only what it left behind is meant. */
  readonly endedAt?: number;
}

/** Runs commands and knows which are alive. */
export interface JobRunner {
  /**
   * Starts a job's command; `onEnd` is called once when its wrapper ended. Rejects when nothing was started. `onReady` is called
   * when its spool is there and before anything can be written to it.
   */
  start(spec: JobSpec, onEnd: () => void, onReady: () => void): Promise<{readonly pid: number}>;
  /** Takes over a running job that another coordinator started. */
  adopt(spec: JobSpec, onEnd: () => void): Promise<{readonly pid: number}>;
  /** Calls back once when the wrapper of a job that another coordinator started has ended; the returned function takes that back. */
  whenEnded(spec: JobSpec, onEnd: () => void): () => void;
  /** The code that the wrapper wrote, if it did, when, and the processor time that the command took. */
  exit(
    spec: JobSpec,
  ): {readonly code: number; readonly ended: Moment; readonly cpu?: WrittenCpuTime | undefined} | undefined;
  /**
   * Sends TERM to every process that is the job's now, as soon as its command was born: to the wrapper's group as one, to
   * each of the others by itself, to nobody twice. False when nobody was there to be asked: its wrapper is gone, or cannot
   * catch the signal yet. Rejects with `EPERM` when none of them may be signalled.
   */
  terminate(target: JobTarget, tell: BeforeSignal): Promise<boolean>;
  /** The same to what a job whose wrapper has ended left behind. */
  terminateLeftovers(target: JobTarget, tell: BeforeSignal): Promise<boolean>;
  /**
   * Kills all that can be found of the job but its wrapper, so that its code is still recorded; each process once, round by
   * round because they may fork meanwhile. Resolves with what is left when nothing more can be done, after seconds at most.
   */
  kill(target: JobTarget, tell: BeforeSignal): Promise<Remains>;
  /** What can be found of the job besides its wrapper. */
  remains(target: JobTarget): Promise<Remains>;
  /**
   * About how much memory all processes of the job take together, in bytes; undefined where no process of it can be seen. What is
   * more than `enough` is looked at closely, so that memory that they share counts once.
   */
  memory(target: JobTarget, enough: number): Promise<number | undefined>;
  /** Which of these jobs some process can still write for; undefined where that cannot be known. */
  stillWriting(specs: readonly JobSpec[]): Promise<ReadonlySet<JobSpec> | undefined>;
}
