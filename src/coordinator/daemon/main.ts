/**
 * The coordinator process. Order of its start: lock, then take over what is unfinished, then serve; so that a job is
 * never taken over twice and a submission never meets a coordinator that does not know the jobs before it.
 * It leaves in the reverse order: stop serving, stop recording, store rows, release the lock.
 */
import {join} from 'node:path';

import {
  closeInheritedDescriptors,
  enterOwnScope,
  environment,
  onTermination,
  openStateDirectory,
  packageVersion,
  type ScopeEntry,
  systemClock,
  tellStarter,
  timer,
} from '../../platform/index.ts';
import type {OsLock} from '../../store/index.ts';
import {readLastPrune, takeCoordinatorLock, writeLastPrune} from '../adapters/index.ts';
import {buildCoordinator} from './build.ts';
import {passFields, passTrouble, wantsDailyPrune} from './daily-pass.ts';
import {Diagnostics} from './diagnostics.ts';
import {IdleExit} from './idle-exit.ts';
import {DailyPrune} from './parts/daily-prune.ts';
import {Serving} from './parts/serving.ts';
import {UnfinishedJobs} from './parts/unfinished-jobs.ts';
import {Parts} from './parts.ts';
import {buildRoutes} from './routes/routes.ts';
import {buildStreams} from './routes/streams.ts';

/** Longer than anybody who only looks at the lock holds it. */
const LOCK_WAIT_MS = 200;
const IDLE_EXIT_MS = 60_000;

/** Runs the coordinator of a state directory until nothing is left to do. Resolves with an exit code when it leaves at once. */
export async function main(argv: readonly string[]): Promise<number> {
  closeInheritedDescriptors(argv);
  process.umask(0o077);
  process.title = 'stint-coordinator';
  const scope = await enterOwnScope(argv);
  if (scope.how === 'handed over') {
    tellStarter(argv, scope.complaint);
    return 0;
  }
  const state = openStateDirectory(argv[0]);
  const log = new Diagnostics(join(state, 'coordinator.log'), systemClock);
  process.on('uncaughtException', error => log.error('uncaught', error));
  process.on('unhandledRejection', error => log.error('unhandled', error));
  try {
    const lock = takeCoordinatorLock(state, {
      waitMs: LOCK_WAIT_MS,
      now: () => systemClock.now(),
      onUntold: error => log.error('saying who holds the lock', error),
    });
    if (lock === undefined) return 0;
    await run({state, argv, log, lock, scope});
    return 0;
  } catch (error) {
    log.error('starting', error);
    tellStarter(argv, error);
    process.exit(1);
  }
}

interface Running {
  readonly state: string;
  readonly argv: readonly string[];
  readonly log: Diagnostics;
  readonly lock: OsLock;
  readonly scope: ScopeEntry;
}

async function run({state, argv, log, lock, scope}: Running): Promise<void> {
  const clock = systemClock;
  const leave = (reason: string) => {
    log.info('leaving', {reason});
    void parts.stop().then(() => setImmediate(() => process.exit(0)));
  };
  const idle = new IdleExit({
    afterMs: idleExitMs(),
    parts: () => parts,
    now: () => clock.now(),
    timer,
    leave: () => leave('nothing to do'),
  });
  const coordinator = buildCoordinator(state, clock, log, () => idle.startAnew());
  const jobs = new UnfinishedJobs(coordinator, log);
  const serving: Serving = new Serving({
    state,
    log,
    routes: buildRoutes({state, clock, log, coordinator, server: () => serving, leave}),
    streams: buildStreams(state, coordinator),
    onAnswered: () => idle.startAnew(),
    isTheOne: () => lock.isInPlace(),
    onDisplaced: () => leave('its lock file was removed'),
  });
  const parts = new Parts(
    [
      {name: 'holding the lock', stop: () => lock.release()},
      {name: 'storing rows', stop: () => coordinator.ledger.close()},
      {
        name: 'telling people',
        start: () => coordinator.notifier.start(),
        stop: () => coordinator.notifier.stop(),
        isBusy: () => coordinator.notifier.isBusy,
      },
      jobs,
      serving,
      new DailyPrune({
        isWanted: wantsDailyPrune(),
        now: () => clock.now(),
        timer,
        lastAt: () => readLastPrune(state).prunedAt,
        setLast: at => writeLastPrune(state, at),
        prune: async () => ({
          passes: await coordinator.pruner.prune(undefined),
          events: await coordinator.eventPruner.prune(),
        }),
        onPass: pass => {
          log.info('looked for old jobs', passFields(pass));
          log.trouble('removing old jobs', passTrouble(pass));
        },
        onTrouble: error => log.trouble('removing old jobs', error),
        onIdle: () => idle.startAnew(),
      }),
    ],
    {timer, report: (what, error) => log.error(what, error)},
  );
  onTermination(leave);
  await parts.start();
  idle.startAnew();
  log.info('serving', {version: packageVersion(), state, taken_over: jobs.takenOver, scope: scope.how});
  if (scope.how === 'failed') log.trouble('leaving the cgroup of its starter', new Error(scope.reason));
  tellStarter(argv);
}

function idleExitMs(): number {
  const seconds = Number(environment().STINT_IDLE_EXIT_SECS);
  return Number.isFinite(seconds) && environment().STINT_IDLE_EXIT_SECS ? seconds * 1000 : IDLE_EXIT_MS;
}
