/** A stint of its own for one measurement: the built one, with a temporary state directory, through the library's client. */
import {randomBytes} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {Client} from '../../dist/lib/index.js';
import {remove, temporaryDirectory} from './place.mjs';
import {isRunning, killed, until} from './processes.mjs';

export const ROOT = dirname(dirname(import.meta.dirname));
export const BIN = join(ROOT, 'bin', 'stint');
const NOWHERE = {worktree: null, branch: null, commit: null, dirty: null};

export class BenchStint {
  root = temporaryDirectory();
  state = join(this.root, 'state');
  work = join(this.root, 'work');
  repo = randomBytes(8).toString('hex');
  /** By what the coordinator knows the repository: its git common directory, or the directory outside git. */
  place = this.work;
  client = new Client({state: this.state});

  constructor() {
    mkdirSync(this.work);
  }

  /** Pid of the coordinator, started when there is none. */
  async coordinator() {
    return (await this.client.request('Health', {})).pid;
  }

  async setParallel(parallel) {
    await this.client.request('SetParallel', {parallel});
  }

  /** Submits one job and resolves with its key. */
  async submit(command, {checkout = NOWHERE, env = [`PATH=${process.env.PATH}`], options = {}} = {}) {
    const invocation = randomBytes(6).toString('hex');
    const key = {repo: this.repo, invocation, name: 'job', attempt: 1};
    await this.client.submit({
      invocation,
      repo: this.repo,
      place: this.place,
      trigger_command: command.join(' '),
      hook_type: null,
      cwd: this.work,
      umask: 0o022,
      env,
      checkout,
      jobs: [{name: 'job', command, tags: [], sample_every: 1, linger_ms: 10_000, ...options}],
    });
    return key;
  }

  /** The coordinator has nothing left to do. */
  async quiet() {
    await until(async () => (await this.client.request('Health', {})).open === 0);
  }

  directoryOf({repo, invocation, name}) {
    return join(this.state, 'repos', repo, 'jobs', invocation, name);
  }

  /** The status records of a job, oldest first, none where nothing was recorded yet; read whole, so not for large journals. */
  statusOf(key) {
    const path = join(this.directoryOf(key), 'output.jsonl');
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .slice(0, -1) // behind the last newline may be half a record
      .filter(line => line.includes('"kind":"status"'))
      .map(line => JSON.parse(line));
  }

  /** Resolves when the job runs. */
  async started(key) {
    await until(() => this.statusOf(key).some(({data}) => data.event === 'started'));
  }

  /** Paths of a job's journal files, oldest first. */
  journalOf(key) {
    const directory = this.directoryOf(key);
    const segments = readdirSync(directory).filter(name => /^output(-\d+)?[.]jsonl$/.test(name));
    return segments
      .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
      .map(name => join(directory, name));
  }

  /** Ends the coordinator, the polite way or with kill -9; resolves when its process is gone. */
  async end(signal = 'SIGTERM') {
    const pid = (await new Client({state: this.state}).health())?.pid;
    this.client.close();
    if (pid === undefined) return;
    process.kill(pid, signal);
    await until(() => !isRunning(pid));
  }

  /** Kills jobs with all their processes. */
  async killJobs(keys) {
    for (const key of keys) {
      const started = this.statusOf(key).find(({data}) => data.event === 'started');
      if (started !== undefined) await killed(-started.data.pid);
    }
  }

  async dispose() {
    await this.end();
    remove(this.root);
  }
}

/** Runs `use` with a stint of its own that is gone afterwards. */
export async function withStint(use) {
  const stint = new BenchStint();
  try {
    return await use(stint);
  } finally {
    await stint.dispose();
  }
}
