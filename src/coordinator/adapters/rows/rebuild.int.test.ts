import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {InvocationId} from '../../../base/index.ts';
import {
  type Connection,
  dumpTable,
  JOBS_SCHEMA,
  lastNumber,
  listAll,
  openForReading,
  openForWriting,
  REPO_PLACE,
  readPolicy,
  TABLE_NAMES,
  writePolicy,
} from '../../../store/index.ts';
import {openDatabase} from '../../../store/testing/open-database.ts';
import {type Job, type JobSpec, keyOf, nextState, type StatusEvent} from '../../domain/index.ts';
import {invocationOf, REPO, SUBMITTED_AT, specOf} from '../../domain/testing/sample-jobs.ts';
import {jobDirectories} from '../directory/job-directories.ts';
import {unfinishedMarkPath} from '../directory/job-paths.ts';
import {jobDirectoriesIn} from '../directory/specs-on-disk.ts';
import {JobPlace} from '../testing/job-place.ts';
import {rebuildStore} from './rebuild.ts';
import {SqliteLedger} from './sqlite-ledger.ts';

const CLOCK = {now: () => 1767229200000};

let place: JobPlace;
beforeEach(() => {
  place = new JobPlace(specOf({name: 'closed'}));
});
afterEach(() => place.remove());

function rebuild() {
  return rebuildStore(place.state, REPO, CLOCK);
}

function dump(): unknown {
  return reading(db => TABLE_NAMES.map(name => dumpTable(db, name)));
}

function jobColumns(): unknown {
  return reading(db => dumpTable(db, 'jobs'));
}

function reading<T>(use: (db: Connection) => T): T {
  const db = openForReading(place.database, JOBS_SCHEMA);
  if (db === undefined) throw new Error('there is no database');
  try {
    return use(db);
  } finally {
    db.close();
  }
}

const PROGRESS =
  '{"event":"embed","phase":"embed","sub_phase":"progress","ts_ms":5,"rows_processed":3,"rows_total":10}\n';

/** As it is kept in the row. */
const SUMMARY = JSON.stringify({
  outcome: 'unfinished',
  phase: 'embed',
  rows_processed: 3,
  rows_total: 10,
  rows_phase: 'embed',
  elapsed_ms: null, // of 1970: no job was there
  unclaimed_ms: null,
  rss_peak_mib: null,
  phases: [{phase: 'embed', count: 0, wall_ms: null, ended_ms: 0}],
});

/** Everything that a coordinator does for a job with these events: files, journal, row. */
function live(spec: JobSpec, ...events: readonly StatusEvent[]): Promise<void> {
  return reportAndLive(spec, '', ...events);
}

/** The same, of a job that reports its progress. */
async function reportAndLive(
  submitted: JobSpec,
  progress: string,
  ...events: readonly StatusEvent[]
): Promise<void> {
  const ledger = new SqliteLedger({
    onChange: () => undefined,
    state: place.state,
    timer: () => () => undefined,
    onTrouble: error => {
      throw error;
    },
  });
  ledger.register(submitted.repo, submitted.place, true);
  const spec = {...submitted, number: ledger.nextNumber(submitted.repo, 1)};
  const job = new ExistingJob(place, spec);
  let known: Job = {spec, state: {status: 'queued'}};
  jobDirectories({state: place.state, recycleFifo: () => undefined}).create(spec, ['A=1']);
  await ledger.add([known]);
  if (progress !== '') job.report(progress);
  for (const [seq, data] of events.entries()) {
    const ts = SUBMITTED_AT + 1000 * (seq + 1);
    job.append({seq, ts, kind: 'status', data, spool: [0, 0]});
    known = {spec, state: nextState(known.state, {ts, data})};
  }
  const isClosed = 'closedAt' in known.state;
  ledger.put(
    isClosed
      ? {...known, sizeBytes: job.size, ...(progress === '' ? {} : {progressSummary: SUMMARY})}
      : known,
  );
  ledger.close();
}

/** A job's journal, in the state directory of the place. */
class ExistingJob {
  readonly #journal: string;
  size = 0;

  constructor(within: JobPlace, spec: JobSpec) {
    const {invocation, name, attempt} = keyOf(spec);
    const suffix = attempt === 1 ? '' : `@${attempt}`;
    this.#journal = `${within.state}/repos/${REPO}/jobs/${invocation}/${name}${suffix}/output.jsonl`;
  }

  report(progress: string): void {
    writeFileSync(join(dirname(this.#journal), 'progress.jsonl'), progress, {mode: 0o600});
  }

  append(record: object): void {
    const line = `${JSON.stringify(record)}\n`;
    mkdirSync(dirname(this.#journal), {recursive: true, mode: 0o700});
    writeFileSync(this.#journal, line, {mode: 0o600, flag: 'a'});
    this.size += line.length;
  }
}

const STARTED = {event: 'started', pid: 42} as const;
const CLOSED = {event: 'closed'} as const;

/** One job of every kind, in three invocations. */
async function liveAll(): Promise<void> {
  const [first, second, third] = [10, 20, 30].map(at =>
    invocationOf({
      id: `0000000000${at}` as InvocationId,
      createdAt: SUBMITTED_AT + (at === 20 ? -50 : at), // the clock was put back for a while
      dirty: at === 20 ? null : true,
    }),
  ) as [JobSpec['invocation'], JobSpec['invocation'], JobSpec['invocation']];
  await live(specOf({name: 'closed'}), STARTED, {event: 'finished', exit_code: 0}, CLOSED);
  await live(
    specOf({name: 'failed', invocation: first}),
    STARTED,
    {event: 'finished', exit_code: 143},
    CLOSED,
  );
  await live(
    specOf({name: 'failed', invocation: first, attempt: 2}),
    STARTED,
    {event: 'finished', exit_code: 2},
    {
      event: 'closed',
      left_open: true,
    },
  );
  await live(specOf({name: 'late', invocation: second}), STARTED, {
    event: 'finished',
    exit_code: 1,
    ended_at_ms: SUBMITTED_AT + 1500,
  });
  await live(
    specOf({name: 'crashed', invocation: second}),
    {event: 'crashed', message: 'it could not be started'},
    CLOSED,
  );
  await reportAndLive(
    specOf({name: 'reported', invocation: second}),
    PROGRESS,
    STARTED,
    {event: 'finished', exit_code: 0},
    CLOSED,
  );
  await reportAndLive(specOf({name: 'stalled', invocation: second}), PROGRESS, STARTED, {
    event: 'stalled',
    silent_ms: 120_000,
    phase: 'embed',
  });
  await live(specOf({name: 'adopted', invocation: third}), STARTED, {event: 'adopted', pid: 42});
  await live(specOf({name: 'queued', invocation: third, place: '/moved/here'}));
}

describe('rows that are lost', () => {
  beforeEach(liveAll);

  it('come back equal to those that were lost, all columns of all tables', () => {
    const lost = dump();
    rmSync(place.database);
    expect(rebuild()).toEqual({jobs: 9, unfinished: 4, setAside: undefined});
    expect(dump()).toEqual(lost);
  });

  it('come back also when only some of them are lost, and nothing else changes', () => {
    const before = dump();
    const db = openForWriting(place.database, JOBS_SCHEMA);
    db.exec("DELETE FROM jobs WHERE name = 'failed'");
    db.exec("UPDATE jobs SET status = 'running', exit_code = NULL WHERE name = 'closed'");
    db.close();
    rebuild();
    expect(dump()).toEqual(before);
  });

  it('stay as they are where somebody removed the journal: the row knows better', () => {
    const before = dump();
    rmSync(place.path('journal'));
    rebuild();
    expect(dump()).toEqual(before);
  });

  it('are counted as they are read, also those that nothing can be made of', () => {
    place.write('spec', '{"format":1,"repo"');
    const heard: [number, number][] = [];
    rebuildStore(place.state, REPO, CLOCK, (done, total) => heard.push([done, total]));
    expect(heard).toEqual(Array.from({length: 9}, (_, at) => [at + 1, 9]));
  });

  it('tell of the progress that is kept, and of a stall', () => {
    rmSync(place.database);
    rebuild();
    expect(jobColumns()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({name: 'reported', progress: SUMMARY, stalled_at: null}),
        expect.objectContaining({
          name: 'stalled',
          progress: null,
          stalled_at: SUBMITTED_AT + 2000,
          stalled_phase: 'embed',
        }),
        expect.objectContaining({name: 'closed', progress: null, stalled_at: null}),
      ]),
    );
  });

  it('come back where a job left something else in the place of its progress', () => {
    const lost = dump();
    mkdirSync(place.path('progress'));
    rmSync(place.database);
    rebuild();
    expect(dump()).toEqual(lost);
  });

  it('come back where a job left a link that leads to itself in the place of its progress', () => {
    const lost = dump();
    symlinkSync(place.path('progress'), place.path('progress'));
    rmSync(place.database);
    rebuild();
    expect(dump()).toEqual(lost);
  });

  it('stay as they are where somebody removed what a job had reported', () => {
    const before = dump();
    for (const name of readdirSync(`${place.state}/repos/${REPO}/jobs`, {recursive: true, encoding: 'utf8'}))
      if (name.endsWith('progress.jsonl')) rmSync(`${place.state}/repos/${REPO}/jobs/${name}`);
    rebuild();
    expect(dump()).toEqual(before);
  });

  it('come back in the same order where an earlier version wrote the specs, which have no numbers', () => {
    const names = () => reading(db => listAll(db).map(({name, attempt}) => `${name}@${attempt}`));
    const db = openForWriting(place.database, JOBS_SCHEMA);
    db.exec("DELETE FROM jobs WHERE invocation_id <> '000000000010'");
    db.close();
    const before = names();
    for (const path of jobDirectoriesIn(`${place.state}/repos/${REPO}/jobs`, error =>
      expect.unreachable(String(error)),
    )) {
      const spec = readFileSync(join(path, 'spec.json'), 'utf8');
      expect(spec).toMatch(/"number":\d/);
      if (path.includes('000000000010'))
        writeFileSync(join(path, 'spec.json'), spec.replace(/"number":\d+,/, ''));
      else rmSync(path, {recursive: true});
    }
    rmSync(place.database);
    rebuild();
    expect(names()).toEqual(before);
    expect(reading(lastNumber)).toBe(2);
  });

  it('can be rebuilt as often as one likes', () => {
    const before = dump();
    expect(rebuild()).toEqual(rebuild());
    expect(dump()).toEqual(before);
  });

  it('leave a mark for the coordinator when jobs are unfinished', () => {
    rmSync(`${place.state}/${unfinishedMarkPath(REPO)}`, {force: true});
    rebuild();
    expect(existsSync(`${place.state}/${unfinishedMarkPath(REPO)}`)).toBe(true);
  });

  it('of a job whose spec was torn stay lost', () => {
    place.write('spec', '{"format":1,"repo"');
    rmSync(place.database);
    expect(rebuild().jobs).toBe(8);
  });

  it('do not depend on the torn tail of a journal', () => {
    const lost = dump();
    writeFileSync(place.path('journal'), '{"seq":9,"ts":1,"kind":"status","data":{"event":"crashed"', {
      flag: 'a',
    });
    rmSync(place.database);
    rebuild();
    expect(dump()).toEqual(lost);
  });
});

describe('a database that is damaged', () => {
  it.each([
    ['its first page', 100, 4000],
    ['a page in its middle', 4096, 20_000],
  ])('is set aside and made anew: %s', async (_, from, to) => {
    await liveAll();
    const lost = dump();
    writeFileSync(place.database, readFileSync(place.database).fill(0x55, from, to));
    const damaged = readFileSync(place.database);
    const {setAside} = rebuild();
    expect(setAside).toBe(`${place.database}.damaged-${CLOCK.now()}`);
    expect(readFileSync(setAside ?? '')).toEqual(damaged);
    expect(dump()).toEqual(lost);
  });

  it('is set aside when it is no database at all', () => {
    writeFileSync(place.database, 'nonsense'.repeat(1000), {mode: 0o600});
    expect(rebuild().setAside).toBeDefined();
    expect(rebuild().setAside).toBeUndefined();
  });
});

describe('a database that is not to be touched', () => {
  it('is refused when it belongs to another program', () => {
    writeFileSync(place.database, '', {mode: 0o600});
    const db = openDatabase(place.database);
    db.exec('CREATE TABLE notes (text)');
    db.close();
    const before = readFileSync(place.database);
    expect(rebuild).toThrow(expect.objectContaining({code: 'NOT_A_STINT_FILE'}));
    expect(readFileSync(place.database)).toEqual(before);
    expect(readdirSync(dirname(place.database)).filter(name => name.includes('damaged'))).toEqual([]);
  });

  it('is refused when it is of a newer stint', () => {
    const db = openForWriting(place.database, JOBS_SCHEMA);
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(rebuild).toThrow(expect.objectContaining({code: 'NEWER_SCHEMA'}));
  });
});

describe('the place of the repository', () => {
  it('is where its newest job was submitted', async () => {
    await liveAll();
    rmSync(place.database);
    rebuild();
    const db = openForReading(place.database, JOBS_SCHEMA);
    expect(db && readPolicy(db, REPO_PLACE)).toBe('/moved/here');
    db?.close();
  });

  it('stays what it is where it is known', async () => {
    await liveAll();
    const db = openForWriting(place.database, JOBS_SCHEMA);
    writePolicy(db, REPO_PLACE, '/moved/again');
    db.close();
    const before = dump();
    rebuild();
    expect(dump()).toEqual(before);
  });

  it('is unknown without jobs', () => {
    rmSync(place.directory, {recursive: true});
    expect(rebuild()).toEqual({jobs: 0, unfinished: 0, setAside: undefined});
  });
});
