/**
 * The coordinator process. Order of its start: lock, then take over what is unfinished, then serve; so that a job is
 * never taken over twice and a submission never meets a coordinator that does not know the jobs before it.
 * Order of its leaving: stop serving, stop recording, store rows, release the lock.
 */
import {join} from 'node:path';

import {
  closeInheritedDescriptors,
  environment,
  makeSocketPlace,
  onTermination,
  openStateDirectory,
  packageVersion,
  systemClock,
  tellStarter,
} from '../../platform/index.ts';
import type {OsLock} from '../../store/index.ts';
import {takeCoordinatorLock} from '../adapters/index.ts';
import {type RunningServer, serve} from '../server/index.ts';
import {buildCoordinator, type Coordinator} from './build.ts';
import {Diagnostics} from './diagnostics.ts';
import {IdleExit} from './idle-exit.ts';
import {explained, KeepReachable} from './keep-reachable.ts';
import {buildRoutes} from './routes.ts';
import {buildStreams} from './streams.ts';

/** Longer than anybody who only looks at the lock holds it. */
const LOCK_WAIT_MS = 200;
const IDLE_EXIT_MS = 60_000;
const RETRY_MS = 5000;

/** Runs the coordinator of a state directory until nothing is left to do. Resolves with an exit code when it leaves at once. */
export async function main(argv: readonly string[]): Promise<number> {
  closeInheritedDescriptors(argv);
  process.umask(0o077);
  process.title = 'stint-coordinator';
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
    await run(state, argv, log, lock);
    return 0;
  } catch (error) {
    log.error('starting', error);
    tellStarter(argv, error);
    process.exit(1);
  }
}

async function run(state: string, argv: readonly string[], log: Diagnostics, lock: OsLock): Promise<void> {
  let server: RunningServer | undefined;
  const isBusy = () => coordinator.supervisor.counts.open > 0 || (server?.isAsked ?? false);
  const idle = new IdleExit(idleExitMs(), isBusy, () => leave('nothing to do'));
  const coordinator = buildCoordinator(state, systemClock, log, () => idle.startAnew());
  const path = makeSocketPlace(state);
  let keeper: KeepReachable | undefined;
  const leave = (reason: string) => {
    log.info('leaving', {reason});
    keeper?.stop();
    server?.close();
    coordinator.supervisor.stop();
    coordinator.ledger.close();
    lock.release();
    setImmediate(() => process.exit(0));
  };
  onTermination(leave);

  const takenOver = takeOverUnfinished(coordinator, log);
  const routes = buildRoutes({
    state,
    clock: systemClock,
    log,
    coordinator,
    connections: () => server?.connections ?? 0,
    unreadBytes: () => server?.unreadBytes ?? 0,
    leave,
  });
  const streams = buildStreams(state, coordinator);
  const report = (what: string, error: unknown) => log.error(what, error);
  const onAnswered = () => idle.startAnew();
  server = await explained(path, () => serve({path, routes, streams, report, onAnswered}));
  keeper = new KeepReachable(path, {
    makePlace: () => makeSocketPlace(state),
    server,
    isTheOne: () => lock.isInPlace(),
    onDisplaced: () => leave('its lock file was removed'),
    onMoved: socket => log.info('listening anew', {socket}),
    onTrouble: error => log.trouble('listening', error),
  });
  idle.startAnew();
  log.info('serving', {version: packageVersion(), state, taken_over: takenOver});
  tellStarter(argv);
}

/** Takes unfinished jobs over; repositories that cannot be opened now (a full disk) are tried again. Tells how many jobs there are. */
function takeOverUnfinished(coordinator: Coordinator, log: Diagnostics): number {
  let failed = false;
  const unfinished = coordinator.ledger.unfinished((repo, error) => {
    log.trouble(`opening repository ${repo}`, error);
    failed ||= error !== undefined;
  });
  for (const job of unfinished) coordinator.supervisor.takeOver(job);
  if (failed) setTimeout(() => takeOverUnfinished(coordinator, log), RETRY_MS).unref();
  return unfinished.length;
}

function idleExitMs(): number {
  const seconds = Number(environment().STINT_IDLE_EXIT_SECS);
  return Number.isFinite(seconds) && environment().STINT_IDLE_EXIT_SECS ? seconds * 1000 : IDLE_EXIT_MS;
}
