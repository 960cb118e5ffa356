/** What the store and the surroundings know. Where anything cannot be read nothing is known: completion never fails. */
import {parseStatus, STATUSES} from '../../coordinator/domain/index.ts';
import {isUnknown, type JobReader} from '../../coordinator/reader/index.ts';
import {openRepository, type ReadingPlace} from '../../jobs/index.ts';
import {currentDirectory, environment, systemClock} from '../../platform/index.ts';
import type {NamingRow} from '../../store/index.ts';
import {FORMATS} from '../output/formats.ts';
import {shortDuration} from '../output/human.ts';
import type {Sources} from './completions.ts';
import type {KnownJob} from './known-job.ts';

export function storeSources(): Omit<Sources, 'commands' | 'find'> {
  let opened: ReadingPlace | undefined;
  const place = () => {
    opened ??= openRepository(currentDirectory);
    return opened;
  };
  return {
    jobs: beginning =>
      orNothing(() => {
        const {reader} = place();
        return reader === undefined ? [] : knownJobs(reader, beginning);
      }) ?? [],
    here: () => orNothing(() => place().here),
    topics: async options => {
      try {
        const {run} = await import('../commands/completion/topic-names.ts');
        return await run(options);
      } catch {
        return []; // what is wrong with it says the command itself
      }
    },
    groups: async () => {
      try {
        const {run} = await import('../commands/completion/group-names.ts');
        return await run();
      } catch {
        return []; // what is wrong with it says the command itself
      }
    },
    variables: () => Object.keys(environment()).sort(),
    statuses: Object.keys(STATUSES).filter(status => parseStatus(status) !== undefined),
    formats: FORMATS,
  };
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined; // what is wrong with it says the command itself
  }
}

/** Each once. One of no worktree counts as one of the place of its repository, as it does in an address. */
function knownJobs(reader: JobReader, beginning: string): KnownJob[] {
  const rows = reader.namings(beginning);
  const byKey = new Map(rows.map(row => [`${row.invocation_id}/${row.attempt}/${row.name}`, row]));
  const place = reader.place ?? null;
  return [...byKey.values()].map(row => knownJob({...row, worktree: row.worktree ?? place}, reader));
}

function knownJob(row: NamingRow, reader: JobReader): KnownJob {
  return {
    invocation: row.invocation_id,
    name: row.name,
    attempt: row.attempt,
    worktree: row.worktree,
    branch: row.branch,
    hook: row.hook_type,
    by: row.submitted_by,
    tags: orNothing(() => JSON.parse(row.tags) as string[]) ?? [],
    isOpen: row.closed_at === null,
    about: () => `${statusOf(row, reader)} ${shortDuration(systemClock.now() - row.queued_at)} ago`,
  };
}

/** Of one that is not closed its directory is asked: the row may tell what was. */
function statusOf({invocation_id, name, attempt, status, closed_at}: NamingRow, reader: JobReader): string {
  if (closed_at !== null) return status;
  const whole = orNothing(() =>
    reader.candidates(invocation_id, '').find(row => row.name === name && row.attempt === attempt),
  );
  const job = whole && reader.look(whole);
  return job === undefined || isUnknown(job) ? 'unknown' : job.state.status;
}
