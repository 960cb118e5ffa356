/** What jobs report and print, read from the files in their directories. */
import {lstatSync} from 'node:fs';
import {join} from 'node:path';

import {type JobSpec, keyOf} from '../../domain/index.ts';
import type {ProgressSource} from '../../ports/index.ts';
import {JOB_FILES, jobPath} from '../directory/job-paths.ts';
import {outputSince} from './output-since.ts';
import {JobProgressFollower, type ProgressFollowerOptions} from './progress-follower.ts';

export interface ProgressSourceOptions
  extends Omit<ProgressFollowerOptions, 'directory' | 'hear' | 'knownBytes'> {
  readonly state: string;
}

export function progressSource({state, ...options}: ProgressSourceOptions): ProgressSource {
  const directoryOf = (spec: JobSpec) => join(state, jobPath(keyOf(spec)));
  return {
    follow: (spec, told) => new JobProgressFollower({...options, ...told, directory: directoryOf(spec)}),
    summary: async spec => {
      const directory = directoryOf(spec);
      // An empty one was left by a coordinator that died; it goes with the closing of its follower.
      if (lstatSync(join(directory, JOB_FILES.progress), {throwIfNoEntry: false}) === undefined)
        return undefined;
      return new JobProgressFollower({
        ...options,
        directory,
        knownBytes: 0,
        hear: () => undefined,
      }).close();
    },
    output: (spec, known) => outputSince(directoryOf(spec), known),
  };
}
