/** What `stint progress report` is asked about: jobs, each with its file, or a file of anybody's. */
import {statSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';

import {codeOf, isPlainPath, messageOf, StintError} from '../../base/index.ts';
import {JOB_FILES} from '../../coordinator/adapters/index.ts';
import {isEnded} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {addressText, openReadingPlace, resolveToRead} from '../../jobs/index.ts';
import {absolutePath} from '../../platform/index.ts';
import type {OptionsOf} from '../command.ts';
import {namedJobs} from '../command-line/named-jobs.ts';
import type {PROGRESS_REPORT} from '../definitions/progress.ts';
import type {ProgressSource} from './progress-reading.ts';

export interface ProgressSources {
  readonly state: string | undefined;
  readonly sources: readonly ProgressSource[];
}

/**
 * An operand with a slash in it or with `.jsonl` at its end is a file; one that could be an address as well (it holds a
 * colon) only when that file is there. Throws `NO_MATCH` when there is no such file or job.
 */
export function progressSources(
  cwd: () => string,
  operand: string | undefined,
  options: OptionsOf<typeof PROGRESS_REPORT>,
): ProgressSources {
  if (operand !== undefined && isPath(operand)) {
    const inFull = absolutePath(operand);
    const path = isPlainPath(inFull) ? inFull : operand; // from here it leads there as well
    checkFile(path, operand, options.follow === true);
    return {
      state: undefined,
      sources: [{name: basename(operand), path, job: undefined, mayGoOn: false}],
    };
  }
  const place = openReadingPlace(cwd);
  return {state: place.state, sources: namedJobs(resolveToRead, place, operand, options).map(sourceOfJob)};
}

function sourceOfJob(job: ListedJob): ProgressSource {
  return {
    name: addressText(job.invocation, job.name),
    path: join(job.directory, JOB_FILES.progress),
    job,
    mayGoOn: !isEnded(job.state),
  };
}

function isPath(operand: string): boolean {
  if (!operand.includes('/') && !operand.endsWith('.jsonl')) return false;
  return !operand.includes(':') || statSync(operand, {throwIfNoEntry: false}) !== undefined;
}

/** `mayCome`: it may be written later. */
function checkFile(path: string, operand: string, mayCome: boolean): void {
  let why = 'it is no file';
  try {
    if (statSync(path).isFile()) return;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      if (mayCome && isDirectory(dirname(path))) return;
      throw new StintError('NO_MATCH', `There is no file ${operand}.`);
    }
    why = messageOf(error);
  }
  throw new StintError('USAGE', `${operand} cannot be read: ${why}.`);
}

function isDirectory(path: string): boolean {
  return statSync(path, {throwIfNoEntry: false})?.isDirectory() === true;
}
