/** What jobs report, read from the files in their directories. */
import {statSync} from 'node:fs';
import {join} from 'node:path';

import {analyseProgressFile, summaryOf} from '../../progress/index.ts';
import {type JobSpec, keyOf} from '../domain/index.ts';
import type {ProgressSource} from '../ports/index.ts';
import {JOB_FILES, jobPath} from './job-paths.ts';
import {JobProgressFollower, type ProgressFollowerOptions} from './progress-follower.ts';

export interface ProgressSourceOptions extends Omit<ProgressFollowerOptions, 'directory' | 'hear'> {
  readonly state: string;
}

export function progressSource({state, ...options}: ProgressSourceOptions): ProgressSource {
  const directoryOf = (spec: JobSpec) => join(state, jobPath(keyOf(spec)));
  return {
    follow: (spec, hear) => new JobProgressFollower({...options, directory: directoryOf(spec), hear}),
    summary: spec => {
      const path = join(directoryOf(spec), JOB_FILES.progress);
      if (!statSync(path, {throwIfNoEntry: false})?.size) return undefined;
      try {
        const summary = summaryOf(analyseProgressFile(path).report());
        return summary === undefined ? undefined : JSON.stringify(summary);
      } catch (error) {
        options.report('reading progress', error);
        return undefined;
      }
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
