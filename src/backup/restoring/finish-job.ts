/**
 * Brings a job of a backup to its end, in the directory to which it was unpacked: what its spool holds is recorded, by the
 * recorder that would have done it. Where its end was written it comes back with that, else as `crashed`. So no coordinator ever
 * sees one that is not closed: none is started, none is signalled, and nobody is told of its end.
 */
import {closeSync, constants, fstatSync, ftruncateSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {
  findingsIn,
  JOB_FILES,
  Pump,
  recordedPlace,
  SPOOL_FILES,
  SpoolRecorder,
  SpoolTranscoder,
} from '../../coordinator/adapters/index.ts';
import {
  endingEvent,
  isEnded,
  type JobSpec,
  type JobState,
  nextState,
  type StatusEvent,
  startedEvent,
} from '../../coordinator/domain/index.ts';
import {openPrivate, systemClock, systemMoment, timer} from '../../platform/index.ts';

export interface UnfinishedJob {
  readonly directory: string;
  /** What its row said, where there is one. */
  readonly wasStarted: boolean;
  /** When the backup was made, Unix milliseconds. */
  readonly backupAt: number;
}

const READ_BYTES = 256 * 1024;

/** Resolves when its journal is closed. Rejects with what keeps it from being written. */
export async function finishJob(job: UnfinishedJob): Promise<void> {
  const {directory} = job;
  const found = findingsIn(directory, 'whole');
  const {spec} = found;
  if (spec === undefined) return;
  const known = found.state ?? QUEUED;
  if (!isEnded(known) || known.closedAt === undefined) {
    reachRecorded(directory);
    await new Promise<void>((resolve, reject) => {
      const recorder = recorderOf(directory, spec, reject);
      close(recorder, job, known, found)
        .then(resolve, reject)
        .finally(() => recorder.close());
    });
  }
  for (const name of SPOOL_FILES) rmSync(join(directory, name), {force: true});
}

const QUEUED: JobState = {status: 'queued'};

async function close(
  recorder: SpoolRecorder,
  job: UnfinishedJob,
  known: JobState,
  found: ReturnType<typeof findingsIn>,
): Promise<void> {
  await recorder.drain();
  let state = known;
  const record = async (event: StatusEvent, at?: number) => {
    state = nextState(state, await recorder.record(event, at));
  };
  if (state.status === 'queued' && found.wrapperPid !== undefined)
    await record(startedEvent(found.wrapperPid, found.space, found.began), found.began?.at);
  if (!isEnded(state)) {
    const now = systemMoment(systemClock);
    const {exitCode: code, ended = now, cpu} = found;
    await record(
      code === undefined ? crashed(job, state) : endingEvent({how: 'exited', code, ended, cpu}, state, now),
    );
  }
  await record({event: 'closed'});
  await recorder.secure();
}

function crashed({backupAt, wasStarted}: UnfinishedJob, state: JobState): StatusEvent {
  const began = wasStarted || state.status !== 'queued';
  return {event: 'crashed', message: restoredText(backupAt, began), ...(began ? {took_ms: null} : {})};
}

/** Why it is `crashed`. */
export function restoredText(backupAt: number, began: boolean): string {
  const when = new Date(backupAt).toISOString().slice(0, 19);
  const was = began
    ? 'it was running then, and how it ended cannot be known'
    : 'it had not started then, and never will';
  return `it comes from a backup of ${when}Z: ${was}`;
}

/** The spool was read before the journal: what came in between is recorded, and not in it. */
function reachRecorded(directory: string): void {
  const place = recordedPlace(join(directory, JOB_FILES.journal));
  if (place === undefined) return;
  for (const [name, offset] of [
    [JOB_FILES.out, place.stdout],
    [JOB_FILES.err, place.stderr],
  ] as const) {
    const fd = openPrivate(join(directory, name), constants.O_RDWR | constants.O_CREAT);
    try {
      if (fstatSync(fd).size < offset) ftruncateSync(fd, offset);
    } finally {
      closeSync(fd);
    }
  }
}

function recorderOf(
  directory: string,
  {sampleEvery, maxLogBytes}: Pick<JobSpec, 'sampleEvery' | 'maxLogBytes'>,
  onTrouble: (error: unknown) => void,
): SpoolRecorder {
  const now = () => systemClock.now();
  const nobody = () => undefined;
  return new SpoolRecorder({
    directory,
    sampleEvery,
    maxLogBytes,
    pump: new Pump({now, timer, onTrouble: error => error !== undefined && onTrouble(error)}),
    transcoder: new SpoolTranscoder(),
    buffer: Buffer.allocUnsafe(READ_BYTES),
    now,
    late: true,
    known: [],
    onAppend: nobody,
    onOutput: nobody,
    onStatus: nobody,
  });
}
