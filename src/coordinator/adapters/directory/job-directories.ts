/**
 * Makes, reads and clears the directories of jobs.
 *
 * Order of writes of a submission: directories, environment, spec. A directory without a whole spec was never answered
 * for, and the repeated submission makes it anew.
 */
import {readFileSync, rmdirSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {codeOf} from '../../../base/index.ts';
import {insideState, makePrivateDirectory, splitNul} from '../../../platform/index.ts';
import {type ByteString, fromBytes, keyOf, toBytes} from '../../domain/index.ts';
import type {JobFiles} from '../../ports/index.ts';
import {findingsIn} from './job-findings.ts';
import {JOB_FILES, jobPath} from './job-paths.ts';
import {writeFile, writeSpec} from './spec-file.ts';
import {explainUnwritable} from './unwritable.ts';

export interface JobDirectoriesOptions {
  readonly state: string;
  /** Takes a FIFO that is not needed any more. */
  readonly recycleFifo: (path: string) => void;
}

export function jobDirectories({state, recycleFifo}: JobDirectoriesOptions): JobFiles {
  return {
    create: (spec, environment) => {
      const directory = join(state, jobPath(keyOf(spec)));
      try {
        makePrivateDirectory(directory);
        writeFile(join(directory, JOB_FILES.environment), environmentBytes(environment));
        writeSpec(join(directory, JOB_FILES.spec), spec);
      } catch (error) {
        throw explainUnwritable(error);
      }
    },
    environment: spec =>
      splitNul(readFileSync(join(state, jobPath(keyOf(spec)), JOB_FILES.environment))).map(fromBytes),
    progressPath: spec => join(state, jobPath(keyOf(spec)), JOB_FILES.progress),
    remove: spec => {
      rmSync(join(state, jobPath(keyOf(spec))), {recursive: true, force: true});
      removeIfEmpty(dirname(join(state, jobPath(keyOf(spec)))));
    },
    inspect: (key, extent) => findingsIn(insideState(state, jobPath(key)), extent),
    discardSpool: spec => {
      const directory = join(state, jobPath(keyOf(spec)));
      recycleFifo(join(directory, JOB_FILES.alive));
      for (const name of SPOOL_FILES) rmSync(join(directory, name), {force: true});
    },
  };
}

/** What only a job that is not closed needs; its journal and spec stay. */
export const SPOOL_FILES = [
  JOB_FILES.out,
  JOB_FILES.err,
  JOB_FILES.environment,
  JOB_FILES.handover,
  JOB_FILES.pid,
  JOB_FILES.exit,
  JOB_FILES.alive,
];

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error;
  }
}

function environmentBytes(environment: readonly ByteString[]): Buffer {
  const nul = Buffer.from([0]);
  return Buffer.concat(environment.flatMap(entry => [toBytes(entry), nul]));
}
