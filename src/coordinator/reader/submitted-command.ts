/** What is run of a job, word by word, as its spec has it: rows and lists have it for people, without secrets. */
import {join} from 'node:path';

import type {JobKey} from '../../base/index.ts';
import {JOB_FILES, jobPath, readSpec} from '../adapters/index.ts';
import type {ByteString} from '../domain/index.ts';

/** Undefined where its spec is gone, or cannot be read. */
export function submittedCommand(state: string, key: JobKey): readonly ByteString[] | undefined {
  try {
    return readSpec(join(state, jobPath(key), JOB_FILES.spec))?.command;
  } catch {
    return undefined; // then nothing can be compared with it
  }
}
