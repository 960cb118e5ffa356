/**
 * Makes a backup of a state directory while jobs run in it. Nobody is asked and nobody waits: databases are copied by SQLite,
 * each of one moment, and files are read as long as they are then.
 *
 * Of each repository: its database is copied, then files are read, then rows of jobs that were removed meanwhile are taken from
 * the copy, then it goes into the archive. Whatever the rows tell is in the files, because stint writes files before rows. Of a
 * job that runs the spool is read first and the journal last (its status records before it): what is recorded meanwhile, and
 * freed in the spool, is in the journal. So no line is missing and none is there twice; a tail that is cut in the middle of a
 * line is mended by whoever goes on with it, as after a crash.
 */
import {closeSync, fstatSync, type Stats} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';

import {codeOf, type RepoId} from '../../base/index.ts';
import {databasePath, JOB_FILES, repoPath} from '../../coordinator/adapters/index.ts';
import {reposOf} from '../../coordinator/reader/index.ts';
import {fileReason, openIfThere, packageVersion, systemClock} from '../../platform/index.ts';
import {copyDatabase, EVENTS_SCHEMA, JOBS_SCHEMA} from '../../store/index.ts';
import {ArchiveWriter} from '../archive/archive-writer.ts';
import {type BackupHead, FORMAT} from '../archive/format.ts';
import {entriesIn, jobsIn} from '../inventory.ts';
import {EVENTS_DATABASE, mannerOf, sessionOf} from '../saved-names.ts';
import {keepRowsOf, readSnapshot} from './database-snapshot.ts';
import {withWorkspace} from './workspace.ts';

export interface SaveOptions {
  readonly state: string;
  readonly write: (bytes: Buffer) => void;
  readonly signal: AbortSignal;
  /** Hears of each job, how many of how many. */
  readonly onJob: (done: number, total: number) => void;
}

export interface Saved {
  readonly createdAt: number;
  readonly repositories: number;
  readonly jobs: number;
  readonly unfinished: number;
  readonly topics: number;
  readonly files: number;
  /** Of all files, unpacked and with their holes. */
  readonly bytes: number;
  /** What could not be read, with the reason. */
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut {
  readonly path: string;
  readonly reason: string;
}

/** Resolves when everything was written. What `write` throws is passed on; nothing is left in the state directory. */
export function save(options: SaveOptions): Promise<Saved> {
  return withWorkspace(options.state, async workspace => {
    const archive = new ArchiveWriter(options.write);
    try {
      return await new Saving(options, workspace, archive).run();
    } catch (error) {
      await archive.abort();
      throw error;
    }
  });
}

class Saving {
  readonly #options: SaveOptions;
  /** A directory of its own for copies of databases. */
  readonly #workspace: string;
  readonly #archive: ArchiveWriter;
  readonly #leftOut: LeftOut[] = [];
  readonly #jobs: string[] = [];
  readonly #unfinished: string[] = [];
  readonly #others = new Set<string>();
  #files = 0;
  #total = 0;

  constructor(options: SaveOptions, workspace: string, archive: ArchiveWriter) {
    this.#options = options;
    this.#workspace = workspace;
    this.#archive = archive;
  }

  async run(): Promise<Saved> {
    const {state} = this.#options;
    const createdAt = systemClock.now();
    await this.#archive.head(headOf(createdAt));
    const repos = reposOf(state);
    this.#total = repos.reduce((sum, repo) => sum + jobsIn(state, repo).length, 0);
    for (const repo of repos) await this.#repository(repo);
    const topics = await this.#events();
    await this.#below([]);
    const contents = {
      jobs: this.#jobs,
      unfinished: this.#unfinished,
      topics,
      others: [...this.#others],
    };
    await this.#archive.end(contents, new Date(createdAt));
    return {
      createdAt,
      repositories: repos.length,
      jobs: this.#jobs.length,
      unfinished: this.#unfinished.length,
      topics: topics.length,
      files: this.#files,
      bytes: this.#archive.bytes,
      leftOut: this.#leftOut,
    };
  }

  async #repository(repo: RepoId): Promise<void> {
    const {state} = this.#options;
    const live = join(state, databasePath(repo));
    const copy = join(this.#workspace, `${repo}.db`);
    const hasCopy = this.#trying(databasePath(repo), () => copyDatabase(live, JOBS_SCHEMA, copy)) ?? false;
    await this.#below(['repos', repo], new Set(['jobs']));
    for (const {name, kind} of entriesIn(join(state, repoPath(repo, 'jobs')))) {
      if (kind === 'directory') await this.#invocation(repo, name);
    }
    const seen = this.#seen.splice(0);
    if (!hasCopy) return this.#tell(seen, seen);
    this.#trying(databasePath(repo), () => keepRowsOf(copy, live));
    await this.#copied(databasePath(repo), copy);
    const {jobs, unfinished} = readSnapshot(copy, repo);
    // Of one that came meanwhile the directory alone tells; it had not ended when the rows were read.
    const later = seen.filter(job => !jobs.has(job));
    this.#tell([...jobs, ...later], [...unfinished, ...later]);
  }

  readonly #seen: string[] = [];

  #tell(jobs: Iterable<string>, unfinished: Iterable<string>): void {
    this.#jobs.push(...jobs);
    this.#unfinished.push(...unfinished);
  }

  async #invocation(repo: RepoId, invocation: string): Promise<void> {
    const {state, onJob} = this.#options;
    const parts = ['repos', repo, 'jobs', invocation];
    for (const {name, kind} of entriesIn(join(state, ...parts))) {
      if (mannerOf([...parts, name, JOB_FILES.spec]) === undefined) return;
      const files = kind === 'directory' ? entriesIn(join(state, ...parts, name)) : [];
      if (kind === 'directory') await this.#below([...parts, name]);
      else await this.#one([...parts, name], kind);
      if (!files.some(file => file.name === JOB_FILES.spec)) continue;
      this.#seen.push(`${repo}/${invocation}/${name}`);
      onJob(Math.min(this.#total, this.#jobs.length + this.#seen.length), this.#total);
    }
  }

  /** All that is in a directory, the journal of a job last. */
  async #below(parts: readonly string[], except: ReadonlySet<string> = new Set()): Promise<void> {
    const entries = entriesIn(join(this.#options.state, ...parts)).filter(({name}) => !except.has(name));
    const isJob = parts.length === 5;
    for (const {name, kind} of isJob ? entries.filter(({name}) => !isLog(name)) : entries)
      await this.#one([...parts, name], kind);
    if (!isJob) return;
    const logs = entriesIn(join(this.#options.state, ...parts)).filter(({name}) => isLog(name));
    for (const {name, kind} of logs.sort((a, b) => rankOf(a.name) - rankOf(b.name)))
      await this.#one([...parts, name], kind);
  }

  async #one(parts: readonly string[], kind: 'file' | 'directory' | 'other'): Promise<void> {
    this.#options.signal.throwIfAborted();
    const path = parts.join('/');
    if (kind === 'directory') {
      if (path !== 'repos' && mannerOf([...parts, 'x', 'x', 'x', 'x', 'x']) !== undefined)
        await this.#below(parts);
      return;
    }
    if (mannerOf(parts) !== 'file') return;
    if (kind === 'other') {
      this.#leftOut.push({path, reason: 'it is no regular file'});
      return;
    }
    if (await this.#copied(path, join(this.#options.state, path))) this.#note(parts);
  }

  /** False where it is gone, or cannot be read. */
  async #copied(name: string, path: string): Promise<boolean> {
    const fd = this.#trying(name, () => openIfThere(path));
    if (fd === undefined) return false;
    try {
      const stats: Stats = fstatSync(fd);
      if (!stats.isFile()) return false;
      await this.#archive.file(name, fd, stats);
      this.#files += 1;
      return true;
    } finally {
      closeSync(fd);
    }
  }

  /** What lies outside of the repositories counts as a whole, as it comes back. */
  #note([top = '', second = '', third = '']: readonly string[]): void {
    if (top === 'repos') return;
    if (top === 'sessions' && second !== '') this.#others.add(`sessions/${sessionOf(second)}`);
    else if (top === 'events' && second === 'topics' && third !== '')
      this.#others.add(`events/topics/${third}`);
    else if (top === 'events' && second !== '') this.#others.add(`events/${second}`);
    else this.#others.add(top);
  }

  async #events(): Promise<string[]> {
    const copy = join(this.#workspace, EVENTS_DATABASE);
    const live = join(this.#options.state, EVENTS_DATABASE);
    const hasCopy = this.#trying(EVENTS_DATABASE, () => copyDatabase(live, EVENTS_SCHEMA, copy)) ?? false;
    if (!hasCopy) return [];
    await this.#copied(EVENTS_DATABASE, copy);
    return readSnapshot(copy).topics;
  }

  #trying<T>(path: string, use: () => T): T | undefined {
    try {
      return use();
    } catch (error) {
      if (!LEAVES_OUT.has(codeOf(error) ?? '')) throw error;
      this.#leftOut.push({path, reason: fileReason(error).replace(/\.$/, '')});
      return undefined;
    }
  }
}

/** What is the matter with one file, and nothing that all the others would meet. */
const LEAVES_OUT: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'EIO',
  'ENXIO',
  'ELOOP',
  'STORE_CORRUPT',
  'NOT_A_STINT_FILE',
  'WRONG_OWNER',
  'PERMISSIONS_TOO_OPEN',
]);

/** The status records and the journal. */
function isLog(name: string): boolean {
  return name === JOB_FILES.status || /^output(?:-\d{6,15})?\.jsonl$/.test(name);
}

function rankOf(name: string): number {
  if (name === JOB_FILES.status) return -1;
  return Number(/-(\d+)\.jsonl$/.exec(name)?.[1] ?? 0);
}

function headOf(createdAt: number): BackupHead {
  return {
    format: FORMAT,
    version: packageVersion(),
    jobs_schema: JOBS_SCHEMA.version,
    events_schema: EVENTS_SCHEMA.version,
    host: hostname(),
    created_at_ms: createdAt,
  };
}
