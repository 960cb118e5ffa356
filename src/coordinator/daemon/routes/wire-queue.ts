import {type Job, type JobSpec, keyOf} from '../../domain/index.ts';
import type {Queue} from '../../protocol/index.ts';
import type {QueueView} from '../../usecases/index.ts';

/** The queue as the protocol tells it to whoever asks about these jobs. */
export function wireQueue(
  {parallel, running, waiting, held}: QueueView,
  isAskedAbout: (spec: JobSpec) => boolean,
): Queue {
  const asked: Queue['waiting'] = [];
  for (const [at, {job}] of waiting.entries()) {
    if (asked.length === MOST_WAITING) break;
    if (isAskedAbout(job.spec)) asked.push({...keyOf(job.spec), position: at + 1});
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

function placed({spec}: Job): Queue['running_jobs'][number] {
  return {...keyOf(spec), directory: spec.invocation.worktree ?? spec.cwd};
}
