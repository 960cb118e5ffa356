import {unreachable} from '../../../base/index.ts';
import {type Job, type JobSpec, keyOf, type WaitReason} from '../../domain/index.ts';
import type {Queue} from '../../protocol/index.ts';
import type {QueueView} from '../../usecases/index.ts';

/** The queue as the protocol tells it to whoever asks about these jobs. */
export function wireQueue(
  {parallel, running, waiting, held}: QueueView,
  isAskedAbout: (spec: JobSpec) => boolean,
): Queue {
  const asked: Queue['waiting'] = [];
  for (const [at, {job, reason}] of waiting.entries()) {
    if (asked.length === MOST_WAITING) break;
    if (isAskedAbout(job.spec))
      asked.push({...keyOf(job.spec), position: at + 1, reason: wireReason(reason)});
  }
  return {
    parallel,
    running: running.length,
    queued: waiting.length,
    held: held ?? null,
    running_jobs: running.slice(0, MOST_RUNNING).map(placed),
    waiting: asked,
  };
}

/** A person needs few of them, and every submission that has to wait is answered with them. */
const MOST_RUNNING = 20;
const MOST_WAITING = 10_000;
const MOST_NEEDS = 20;

function wireReason(reason: WaitReason): NonNullable<Queue['waiting'][number]['reason']> {
  const {why} = reason;
  switch (reason.why) {
    case 'need':
      return {why, needs: reason.needs.slice(0, MOST_NEEDS), needs_count: reason.needs.length};
    case 'backoff':
      return {why, until_ms: reason.until};
    case 'group':
      return {why, group: reason.group, limit: reason.limit};
    case 'attempt':
    case 'limit':
    case 'held':
      return {why};
    default:
      return unreachable(reason);
  }
}

function placed({spec}: Job): Queue['running_jobs'][number] {
  return {...keyOf(spec), directory: spec.invocation.worktree ?? spec.cwd};
}
