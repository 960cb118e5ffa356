/** The jobs of a repository as their directories tell, where the database does not. */
import {readdirSync} from 'node:fs';
import {join} from 'node:path';

import {codeOf} from '../../../base/index.ts';
import {parseRemovalName} from '../pruning/removal-name.ts';
import {JOB_FILES} from './job-paths.ts';
import {readSpec} from './spec-file.ts';

/** The directory of every job in a repository's directory of jobs, in no order, but not of those on their way out. Hears why an invocation cannot be looked into. */
export function jobDirectoriesIn(jobs: string, onUnreadable: (error: unknown) => void): string[] {
  return directories(jobs).flatMap(invocation => {
    try {
      return directories(join(jobs, invocation)).map(name => join(jobs, invocation, name));
    } catch (error) {
      onUnreadable(error);
      return [];
    }
  });
}

/** The highest number that a spec there holds; 0 for none. Reads all of them. */
export function highestNumberIn(jobs: string): number {
  const unread = () => undefined; // its own trouble, and doctor's to tell
  return jobDirectoriesIn(jobs, unread).reduce(
    (highest, directory) => Math.max(highest, numberIn(directory)),
    0,
  );
}

function numberIn(directory: string): number {
  try {
    return readSpec(join(directory, JOB_FILES.spec))?.number ?? 0;
  } catch {
    return 0; // it may not be read: that is its own trouble, and doctor's to tell
  }
}

function directories(path: string): string[] {
  try {
    return readdirSync(path, {withFileTypes: true}).flatMap(entry =>
      entry.isDirectory() && parseRemovalName(entry.name) === undefined ? entry.name : [],
    );
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
