import type {Moment} from '../../../base/index.ts';
import {isEnded, type Job, type OwnedJob, type Remains, refuseOthers} from '../../domain/index.ts';
import type {Supervisor} from '../supervisor.ts';
import type {LeftJob} from '../taking-over/left-jobs.ts';
import {type CancelJobsParts, cancelFitting, fittingElsewhere} from './cancel-jobs.ts';
import type {EndLeftovers} from './end-leftovers.ts';

export interface WindDownParts extends CancelJobsParts {
  readonly supervisor: CancelJobsParts['supervisor'] & Pick<Supervisor, 'endings' | 'counts'>;
  readonly leftovers: Pick<EndLeftovers, 'settled'>;
}

export interface WindDownOptions {
  /** Ends all jobs first, each with the grace time. */
  readonly cancels: boolean;
  readonly graceMs: number;
  /** Who asks for that end, and may end no jobs of others; null for somebody who may. */
  readonly asker: string | null;
  /** The next coordinator goes on with what is being ended: that is not waited for. */
  readonly handsOver: boolean;
}

export interface WoundDown {
  readonly cancelled: number;
  readonly leftRunning: number;
  /** What is still there of what was to end. */
  readonly left: Remains['left'];
  readonly elsewhere: readonly LeftJob[];
}

/** What is to happen before a coordinator that is asked to leaves. Rejects with `JOB_OF_OTHERS`, before anything is done. */
export async function windDown(
  parts: WindDownParts,
  {cancels, graceMs, asker, handsOver}: WindDownOptions,
  now: () => Moment,
): Promise<WoundDown> {
  const {supervisor, leftovers} = parts;
  if (cancels) refuseOthers(asker, supervisor.jobs.filter(({state}) => !isEnded(state)).map(ownedJob));
  const cancelled = cancels ? (await cancelFitting(parts, {}, {graceMs, asker}, now)).keys.length : 0;
  const ended = handsOver ? [] : await supervisor.endings.settled();
  const behind = handsOver ? [] : await leftovers.settled();
  return {
    cancelled,
    leftRunning: supervisor.counts.running,
    left: [...ended.flatMap(({remains}) => remains?.left ?? []), ...behind],
    elsewhere: fittingElsewhere(supervisor.leftJobs, {}, now()),
  };
}

function ownedJob({spec: {invocation, name, by}}: Job): OwnedJob {
  return {address: `${invocation.id}:${name}`, by};
}
