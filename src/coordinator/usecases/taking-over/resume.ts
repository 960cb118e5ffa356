/** Goes on with a job that an earlier coordinator left unfinished, from where it was. */
import {deferred, type Moment, unreachable} from '../../../base/index.ts';
import {type Job, latestEnd, type Reconciled} from '../../domain/index.ts';
import type {JobRunner} from '../../ports/index.ts';
import type {Canceller} from '../ending/cancel.ts';
import type {JobClosing} from '../ending/job-closing.ts';
import type {Run} from '../job-run.ts';
import type {StartQueue} from '../queue/start-queue.ts';
import {restoreRecords} from './restore-records.ts';
import type {TakenOver} from './take-over.ts';

export interface ResumeOptions {
  readonly runner: Pick<JobRunner, 'adopt'>;
  readonly queue: Pick<StartQueue, 'occupy'>;
  readonly canceller: Pick<Canceller, 'resume'>;
  readonly closing: JobClosing;
  readonly moment: () => Moment;
  /** When this machine was started, in Unix milliseconds. */
  readonly bootedAt: number;
  /** Looks after a running job, once that is `recorded`, until its wrapper has ended. */
  readonly look: (run: Run, recorded: Promise<void>, wrapper: Promise<void>) => Promise<void>;
  /** Hears of a job whose end was recorded before. */
  readonly ended: (job: Job) => void;
}

export type ToResume = TakenOver & {
  readonly decision: Exclude<Reconciled, {action: 'queue' | 'leave'}>;
};

/** Resolves when it is closed. */
export async function resume(
  run: Run,
  {decision, wrapperPid, space, missing, began, aliveAt}: ToResume,
  {runner, queue, canceller, closing, moment, bootedAt, look, ended}: ResumeOptions,
): Promise<void> {
  const {spec, state} = run.job;
  if (decision.action === 'adopt' || decision.action === 'finish') queue.occupy(run);
  if (missing.length > 0) await restoreRecords(run, missing);
  switch (decision.action) {
    case 'adopt': {
      const wrapper = deferred();
      const {pid} = await runner.adopt(spec, wrapper.resolve);
      if (state.status === 'cancelling') canceller.resume(run, state);
      const recorded =
        state.status === 'queued'
          ? run.began(pid, space, began ?? moment())
          : run.record({event: 'adopted', pid});
      return look(run, recorded, wrapper.promise);
    }
    case 'finish':
      if (state.status === 'queued') await run.began(wrapperPid, space, began);
      return closing.wrapperEnded(run);
    case 'crash':
      if (state.status === 'queued' && wrapperPid > 0) await run.began(wrapperPid, space, began);
      return closing.lost(run, decision.by, aliveAt, latestEnd(decision.by, aliveAt, bootedAt));
    case 'close':
      closing.notify(run);
      ended(run.job);
      run.storeRow();
      run.recorder.follow();
      return closing.linger(run);
    case 'record-closed':
      closing.notify(run);
      ended(run.job);
      return closing.settle(run);
    default:
      return unreachable(decision);
  }
}
