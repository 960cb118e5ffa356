/**
 * What can be found in a job's directory by somebody who knows nothing else, also while a coordinator works there.
 *
 * The order of looks matters: the FIFO, then what the wrapper wrote, then the journal. A coordinator removes the wrapper's
 * files only after the journal says that the job is closed, so whoever misses them finds that in the journal.
 */
import {existsSync} from 'node:fs';
import {join} from 'node:path';

import {fifoHasWriter} from '../../../platform/index.ts';
import {isEnded} from '../../domain/index.ts';
import type {JobFindings} from '../../ports/index.ts';
import {JOB_FILES} from './job-paths.ts';
import {foldJournal} from './journal-state.ts';
import {lastSign} from './last-sign.ts';
import {readSpec} from './spec-file.ts';
import {readSpace, readWritten} from './wrapper-files.ts';

/**
 * A directory that is gone holds nothing. Of a job that is alive only the beginning of the journal is read, unless `whole`
 * is asked for. Throws when others may use a file in it.
 */
export function findingsIn(directory: string, extent?: 'whole'): JobFindings {
  const fifo = join(directory, JOB_FILES.alive);
  const alive = fifoHasWriter(fifo);
  const hasFifo = alive || existsSync(fifo);
  const foreseen = readSpace(join(directory, JOB_FILES.pid));
  const pid = readWritten(join(directory, JOB_FILES.pid), foreseen);
  const exit = readWritten(join(directory, JOB_FILES.exit), foreseen);
  const spec = readSpec(join(directory, JOB_FILES.spec));
  const isBeginningEnough = alive && extent !== 'whole';
  const path = join(directory, JOB_FILES.journal);
  const journal = foldJournal(path, isBeginningEnough ? 'first-record' : 'whole');
  const state = journal?.state;
  const isLost = !alive && exit === undefined && (state === undefined || !isEnded(state));
  const recorded = state === undefined || state.status === 'queued' ? undefined : state.space;
  return {
    spec,
    space: recorded ?? foreseen,
    alive,
    hasFifo,
    wrapperPid: pid?.number,
    began: pid?.moment,
    exitCode: exit?.number,
    ended: exit?.moment,
    cpu: exit?.cpu,
    lastSign: isLost ? lastSign(path) : undefined,
    state,
  };
}
