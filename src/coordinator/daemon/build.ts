/** The composition root: which part is made of what. */
import {join} from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';

import {type Clock, codeOf, type JobKey, type ProcessSpace} from '../../base/index.ts';
import {
  bootTime,
  insideState,
  isTransient,
  openFilesBelow,
  processSpace,
  systemMoment,
  timer,
} from '../../platform/index.ts';
import {
  FifoPool,
  foldJournal,
  JOB_FILES,
  jobDirectories,
  jobPath,
  jobProcesses,
  jobRemovals,
  keptEvents,
  Pump,
  progressSource,
  readParallel,
  ShellNotifier,
  SpoolRecorder,
  SpoolTranscoder,
  SqliteLedger,
  worktreeStanding,
} from '../adapters/index.ts';
import {type Job, type JobSummary, keyOf} from '../domain/index.ts';
import type {JobRemovals, OpenRecorder, Worktrees} from '../ports/index.ts';
import {
  EndLeftovers,
  EventPruner,
  Listeners,
  Pruner,
  type Submit,
  Supervisor,
  submitter,
} from '../usecases/index.ts';
import type {Diagnostics} from './diagnostics.ts';
import {GroupLimits} from './group-limits.ts';

export interface Coordinator {
  readonly ledger: SqliteLedger;
  readonly notifier: ShellNotifier;
  readonly worktrees: Worktrees;
  readonly supervisor: Supervisor;
  readonly groups: GroupLimits;
  /** A job as it is now, with what only memory knows of it. */
  readonly find: (key: JobKey) => JobSummary | undefined;
  /** Ends what jobs left behind. */
  readonly leftovers: EndLeftovers;
  /** Where a job was started, also one that is closed; undefined where it never was, or an earlier version recorded it. */
  readonly startedIn: (key: JobKey) => ProcessSpace | undefined;
  readonly submit: Submit;
  /** By the path of the journal. */
  readonly journalChanges: Listeners<undefined>;
  /** By the id of the repository; undefined where anything may have changed. */
  readonly jobChanges: Listeners<Job | undefined>;
  /** Removes jobs. */
  readonly pruner: Pruner;
  readonly removals: JobRemovals;
  /** Removes old events of sessions and topics. */
  readonly eventPruner: EventPruner;
}

/** One read of a spool, and so the most that is recorded before others have their turn. */
const READ_BYTES = 256 * 1024;

export function buildCoordinator(
  state: string,
  clock: Clock,
  log: Diagnostics,
  onIdle: () => void,
): Coordinator {
  const now = () => clock.now();
  const moment = () => systemMoment(clock);
  const report = (what: string, error: unknown) => log.error(what, error);
  const journalChanges = new Listeners<undefined>();
  const jobChanges = new Listeners<Job | undefined>();
  const ledger = new SqliteLedger({
    onChange: job => jobChanges.tell(job.spec.repo, job),
    state,
    timer,
    onTrouble: error => log.trouble('storing rows', error),
  });
  const fifos = new FifoPool(insideState(state, 'fifos'), error => log.error('making FIFOs', error));
  const files = jobDirectories({state, recycleFifo: path => fifos.giveBack(path)});
  const pump = new Pump({now, timer, onTrouble: error => log.trouble('recording output', error)});
  const writersOf = openFilesBelow(join(state, 'repos'), clock);
  const runner = jobProcesses({state, fifos, writersOf, moment});
  const note = (what: string, details: Readonly<Record<string, unknown>>) => log.info(what, details);
  const leftovers = new EndLeftovers({runner, timer, report, note});
  const notifier = new ShellNotifier({state, now, timer, report, note, onIdle});
  const groups = new GroupLimits(state, limits => {
    supervisor.queue.groups = limits;
  });
  const supervisor: Supervisor = new Supervisor(
    {
      ledger,
      files,
      runner,
      progress: progressSource({state, pump, now, report}),
      notifier,
      onProgress: job => jobChanges.tell(job.spec.repo, job),
      monotonic: () => performance.now(),
      openRecorder: recorders(state, pump, now, path => journalChanges.tell(path, undefined)),
      timer,
      now,
      moment,
      bootedAt: bootTime(clock),
      space: processSpace(),
      parallel: readParallel(state),
      random: () => Math.random(),
      groups: groups.limits,
      isTransient: error => isTransient(codeOf(error)),
      report,
    },
    onIdle,
  );
  const submit = submitter({
    ledger,
    files,
    enqueue: jobs => supervisor.enqueue(jobs),
    open: () => supervisor.open,
    elsewhere: key => supervisor.findLeft(key),
    groups,
    moment,
  });
  const find = (key: JobKey): JobSummary | undefined => supervisor.find(key) ?? ledger.find(key);
  const removals = jobRemovals({state, database: repo => ledger.database(repo)});
  const pruner = new Pruner({
    removals,
    now,
    pause: () => nextTurn(),
    needed: repo => supervisor.needed(repo),
    onRemoved: repo => jobChanges.tell(repo, undefined),
  });
  return {
    ledger,
    notifier,
    worktrees: {standing: worktreeStanding},
    supervisor,
    groups,
    find,
    leftovers,
    startedIn: key => startedIn(state, key),
    submit,
    journalChanges,
    jobChanges,
    removals,
    pruner,
    eventPruner: new EventPruner({kept: keptEvents(state), now}),
  };
}

/** As its journal begins. */
function startedIn(state: string, key: JobKey): ProcessSpace | undefined {
  const begun = foldJournal(join(state, jobPath(key), JOB_FILES.journal), 'first-record')?.state;
  return begun === undefined || begun.status === 'queued' ? undefined : begun.space;
}

/** All of them share a buffer and a transcoder. */
function recorders(
  state: string,
  pump: Pump,
  now: () => number,
  onAppend: (path: string) => void,
): OpenRecorder {
  const transcoder = new SpoolTranscoder();
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  return (spec, options) =>
    new SpoolRecorder({
      ...options,
      directory: join(state, jobPath(keyOf(spec))),
      sampleEvery: spec.sampleEvery,
      maxLogBytes: spec.maxLogBytes,
      pump,
      onAppend,
      transcoder,
      buffer,
      now,
    });
}
