/** Looks at everything that stint relies on and says what is and what to do. Changes nothing, starts nothing. */

import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {counted, plural, sizeText, visible} from '../../../base/index.ts';
import {Client} from '../../../coordinator/client/index.ts';
import {lookForLeftovers, reposOf} from '../../../coordinator/reader/index.ts';
import {findCoordinator, isLockHeld, sharedState, waitText} from '../../../jobs/index.ts';
import {
  findSocket,
  findStateDirectory,
  freeBytes,
  packageVersion,
  residentBytes,
  stateDirectoryPath,
  systemClock,
} from '../../../platform/index.ts';
import {sqliteDriver} from '../../../store/index.ts';
import {clockTime, durationText} from '../../output/human.ts';
import {checkCgroup} from './check-cgroup.ts';
import {checkEvents} from './check-events.ts';
import {checkHoles} from './check-holes.ts';
import {checkNotify} from './check-notify.ts';
import {checkOwners} from './check-owners.ts';
import {checkRepository} from './check-repository.ts';
import {checkRestore} from './check-restore.ts';
import {checkUsage} from './check-usage.ts';
import {type Finding, problem} from './finding.ts';

/** How long a coordinator may take to listen. */
const PATIENCE_MS = 2000;
const LITTLE_ROOM_BYTES = 100 * 1024 * 1024;

export async function check(): Promise<Finding[]> {
  const version: Finding = {
    level: 'ok',
    about: 'version',
    message: `stint ${packageVersion()}, Node ${process.versions.node}`,
  };
  const sqlite = checkSqlite();
  if (sqlite.level === 'problem') return [version, sqlite];
  let state: string | undefined;
  try {
    state = findStateDirectory();
  } catch (error) {
    return [version, sqlite, problem('state', error)];
  }
  if (state === undefined) {
    return [
      version,
      sqlite,
      {
        level: 'note',
        about: 'state',
        message: `${stateDirectoryPath()} does not exist yet: nothing was ever run`,
      },
    ];
  }
  const leftoversOf = await lookForLeftovers(state, undefined, systemClock);
  const repos = reposOf(state).map(id => checkRepository(state, id, leftoversOf));
  const unfinished = repos.reduce((sum, repo) => sum + repo.unfinished, 0);
  const elsewhere = repos.reduce((sum, repo) => sum + repo.elsewhere, 0);
  return [
    version,
    sqlite,
    {level: 'ok', about: 'state', message: `${state} (private)`},
    ...checkFileSystem(state),
    checkDisk(state),
    ...checkHoles(),
    ...checkOwners(state),
    ...checkRestore(state),
    ...(await checkCoordinator(state, unfinished)),
    ...(await checkNotify(state)),
    ...repos.flatMap(({findings}) => findings),
    ...reposOf(state).flatMap(id => checkUsage(state, id)),
    ...(await checkEvents(state)),
    {
      level: 'ok',
      about: 'jobs',
      message: `${unfinished} unfinished${elsewhere === 0 ? '' : ` and ${elsewhere} elsewhere`}, in ${counted(repos.length, 'repository', 'repositories')}`,
    },
  ];
}

function checkSqlite(): Finding {
  try {
    const driver = sqliteDriver();
    return {level: 'ok', about: 'sqlite', message: `${driver.version()}, from ${driver.name}`};
  } catch (error) {
    return problem('sqlite', error);
  }
}

function checkFileSystem(state: string): Finding[] {
  const shared = sharedState(state);
  return shared === undefined ? [] : [{level: 'note', about: 'state', ...shared}];
}

function checkDisk(state: string): Finding {
  const free = freeBytes(state);
  if (free === undefined) return {level: 'note', about: 'disk', message: 'free space cannot be read'};
  const message = `${sizeText(free)} free`;
  if (free >= LITTLE_ROOM_BYTES) return {level: 'ok', about: 'disk', message};
  return {
    level: free < 1024 * 1024 ? 'problem' : 'note',
    about: 'disk',
    message: `only ${message}`,
    hint: 'Free some space. Running jobs go on meanwhile; recording catches up when there is room.',
  };
}

async function checkCoordinator(state: string, unfinished: number): Promise<Finding[]> {
  try {
    const health = await findCoordinator(new Client({state}), PATIENCE_MS);
    if (health === undefined) return [noCoordinator(state, unfinished), ...(await checkCgroup(undefined))];
    const {pid, version, parallel, queued, running, open} = health;
    const memory = residentBytes(pid);
    const up = durationText(systemClock.now() - health.started_at_ms);
    const about = 'coordinator';
    return [
      {
        level: 'ok',
        about,
        message: `pid ${pid}, stint ${version}, up ${up}${memory === undefined ? '' : `, ${sizeText(memory)}`}; ${running} running, ${queued} queued, ${open} open, ${parallel} at once`,
      },
      ...(await checkQueue(state, queued)),
      isLockHeld(state) ? {level: 'ok', about: 'lock', message: 'held by the coordinator'} : noLock(pid),
      {level: 'ok', about: 'socket', message: findSocket(state)},
      ...(await checkCgroup(health)),
      ...troubleFindings(health.troubles),
      ...health.last_errors.slice(-5).map(
        ({what, message, at_ms}): Finding => ({
          level: 'note',
          about: 'last error',
          message: `${clockTime(at_ms, systemClock.now())} ${what}: ${message}`,
        }),
      ),
    ];
  } catch (error) {
    const advice = `Look at ${join(state, 'coordinator.log')}`;
    return [problem('coordinator', error, advice)];
  }
}

interface Trouble {
  readonly what: string;
  readonly message: string;
  readonly at_ms: number;
}

/** One for each, of the first few: each of hundreds of jobs can have the same. */
function troubleFindings(troubles: readonly Trouble[]): Finding[] {
  const [level, about] = ['problem', 'coordinator'] as const;
  const told = troubles.slice(0, MOST_TOLD).map(({what, message, at_ms}): Finding => {
    return {level, about, message: `${what} fails since ${clockTime(at_ms, systemClock.now())}: ${message}`};
  });
  const more = troubles.length - told.length;
  return more > 0
    ? [...told, {level, about, message: `and ${more} more ${plural(more, 'fails', 'fail')}`}]
    : told;
}

const MOST_TOLD = 10;

/** For what the first of those that wait does so. */
async function checkQueue(state: string, queued: number): Promise<Finding[]> {
  if (queued === 0) return [];
  const queue = await new Client({state}).queue();
  const [first] = queue?.waiting ?? [];
  if (queue === undefined || first === undefined) return [];
  const message = `${visible(first.name)} is the first of ${queue.queued} that wait: ${waitText(queue, first, '')}`;
  return [{level: queue.held === null ? 'ok' : 'note', about: 'queue', message}];
}

function noLock(pid: number): Finding {
  return {
    level: 'problem',
    about: 'lock',
    message: 'nobody holds the lock although a coordinator answers',
    hint: `Run: kill ${pid}   (its jobs go on; the next stint ls, wait or run starts another one)`,
  };
}

function noCoordinator(state: string, unfinished: number): Finding {
  const about = 'coordinator';
  const stale = existsSync(findSocket(state))
    ? '; a socket of a killed one is left over, which does not matter'
    : '';
  if (unfinished === 0) return {level: 'ok', about, message: `none is running, none is needed${stale}`};
  return {
    level: 'note',
    about,
    message: `none is running although jobs are unfinished${stale}`,
    hint: 'The next stint ls, wait or run starts one. The jobs themselves go on.',
  };
}
