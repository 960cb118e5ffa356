import {messageOf} from '../../../base/index.ts';
import type {WirePass} from '../../protocol/index.ts';
import type {Pass} from '../../usecases/index.ts';

/** Of more jobs, paths or reasons only so many are told: what is told has to go into one answer. */
const MOST_TOLD = 1000;

export function wirePass({evictions, failed, strange, problem, place, ...pass}: Pass): WirePass {
  return {
    repo: pass.repo,
    place: place ?? null,
    jobs: evictions.slice(0, MOST_TOLD).map(({invocation, name, attempt, why, ageMs, freesBytes}) => ({
      invocation,
      name,
      attempt,
      why,
      age_ms: ageMs,
      frees_bytes: freesBytes,
    })),
    jobs_removed: evictions.length,
    finished: pass.finished,
    freed_bytes: pass.freedBytes,
    used_bytes: pass.usedBytes,
    max_total_bytes: pass.maxTotalBytes,
    clock_doubtful: pass.isClockDoubtful,
    failed: failed.slice(0, MOST_TOLD),
    strange: strange.slice(0, MOST_TOLD),
    problem: problem === undefined ? null : messageOf(problem),
  };
}
