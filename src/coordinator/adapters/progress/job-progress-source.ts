/** What jobs report and print, read from the files in their directories. */
import {lstatSync} from 'node:fs';
import {join} from 'node:path';

import {type JobSpec, keyOf} from '../../domain/index.ts';
import type {FollowOptions, ProgressSource} from '../../ports/index.ts';
import {JOB_FILES, jobPath} from '../directory/job-paths.ts';
import {outputSince} from './output-since.ts';
import {keptSummary} from './progress-checkpoint.ts';
import {JobProgressFollower, type ProgressFollowerOptions} from './progress-follower.ts';
import {seenWork} from './seen-work.ts';

export interface ProgressSourceOptions
  extends Omit<ProgressFollowerOptions, 'directory' | 'submittedAt' | keyof FollowOptions> {
  readonly state: string;
}

export function progressSource({state, ...options}: ProgressSourceOptions): ProgressSource {
  const directoryOf = (spec: JobSpec) => join(state, jobPath(keyOf(spec)));
  const follower = (spec: JobSpec, told: FollowOptions) =>
    new JobProgressFollower({
      ...options,
      ...told,
      directory: directoryOf(spec),
      submittedAt: spec.invocation.createdAt,
    });
  return {
    follow: follower,
    summary: async spec => {
      // An empty one was left by a coordinator that died; it goes with the closing of its follower.
      if (lstatSync(join(directoryOf(spec), JOB_FILES.progress), {throwIfNoEntry: false}) === undefined)
        return textOf(keptSummary(directoryOf(spec)));
      return follower(spec, {knownBytes: 0, hear: () => undefined}).close();
    },
    seenWork: (spec, bytes) => seenWork(directoryOf(spec), bytes),
    output: (spec, known) => outputSince(directoryOf(spec), known),
  };
}

function textOf(summary: object | undefined): string | undefined {
  return summary === undefined ? undefined : JSON.stringify(summary);
}
