/** What jobs report, read from the files in their directories. */
import {lstatSync, statSync} from 'node:fs';
import {join} from 'node:path';

import {type JobSpec, keyOf} from '../../domain/index.ts';
import type {ProgressSource} from '../../ports/index.ts';
import {JOB_FILES, jobPath} from '../directory/job-paths.ts';
import {keptSummary} from './progress-checkpoint.ts';
import {JobProgressFollower, type ProgressFollowerOptions} from './progress-follower.ts';

export interface ProgressSourceOptions
  extends Omit<ProgressFollowerOptions, 'directory' | 'submittedAt' | 'hear'> {
  readonly state: string;
}

export function progressSource({state, ...options}: ProgressSourceOptions): ProgressSource {
  const directoryOf = (spec: JobSpec) => join(state, jobPath(keyOf(spec)));
  const follower = (spec: JobSpec, hear: ProgressFollowerOptions['hear']) =>
    new JobProgressFollower({
      ...options,
      directory: directoryOf(spec),
      submittedAt: spec.invocation.createdAt,
      hear,
    });
  return {
    follow: follower,
    summary: async spec => {
      // An empty one was left by a coordinator that died; it goes with the closing of its follower.
      if (lstatSync(join(directoryOf(spec), JOB_FILES.progress), {throwIfNoEntry: false}) === undefined)
        return textOf(keptSummary(directoryOf(spec)));
      return follower(spec, () => undefined).close();
    },
    lastOutputAt: spec => {
      const times = [JOB_FILES.out, JOB_FILES.err].flatMap(name => {
        const found = statSync(join(directoryOf(spec), name), {throwIfNoEntry: false});
        return found === undefined || found.size === 0 ? [] : found.mtimeMs;
      });
      return times.length === 0 ? undefined : Math.max(...times);
    },
  };
}

function textOf(summary: object | undefined): string | undefined {
  return summary === undefined ? undefined : JSON.stringify(summary);
}
