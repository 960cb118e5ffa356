/** Where a situation takes place: a directory with one job, what can be done to that from outside, and what it can wait for. */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync} from 'node:fs';
import {appendFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';

import {bringUp} from '../support/killer.ts';
import {isRunning, type RunOptions, type Sandbox, until} from '../support/sandbox.ts';
import {bash} from './scripts.ts';

/** What `TRUTH_BIN` names is asked in place of this checkout's `bin/stint`. */
const {TRUTH_BIN: bin} = process.env;

export class Stage {
  readonly sandbox: Sandbox;
  /** The directory in which the job runs. */
  readonly work: string;
  /** Nothing of it is older; Unix milliseconds. */
  readonly begunAt = Date.now();
  #directory = '';

  constructor(sandbox: Sandbox, name: string) {
    this.sandbox = sandbox;
    this.work = join(sandbox.work, name);
    mkdirSync(this.work);
    const {status} = spawnSync('mkfifo', ['gate', 'never'], {cwd: this.work});
    if (status !== 0) throw new Error(`mkfifo exited with ${status}`);
  }

  get runOptions(): RunOptions {
    return {cwd: this.work, ...(bin === undefined ? {} : {bin})};
  }

  async submit(command: readonly string[], options: readonly string[], name = 'job'): Promise<void> {
    const address = await this.sandbox.submit(
      [...options, '--name', name, '--', ...command],
      this.runOptions,
    );
    this.#directory = this.#directoryOf(address);
  }

  /** The directory of the job that was submitted last. */
  get directory(): string {
    return this.#directory;
  }

  get progress(): string {
    return join(this.#directory, 'progress.jsonl');
  }

  path(name: string): string {
    return join(this.work, name);
  }

  /** Resolves when the script has said so. */
  async marked(name = 'ready'): Promise<void> {
    await until(() => existsSync(this.path(name)), PATIENCE_MS);
  }

  /** Resolves when the job's log has such a status record. */
  async recorded(event: string, times = 1): Promise<void> {
    await until(() => this.events().filter(each => each === event).length >= times, PATIENCE_MS);
  }

  /** Its status records. */
  events(): string[] {
    // A long log has them once more in a short file.
    const paths = ['status.jsonl', 'output.jsonl'].map(name => join(this.#directory, name));
    const path = paths.find(path => existsSync(path));
    const lines = path === undefined ? [] : readFileSync(path, 'utf8').split('\n').slice(0, -1);
    return lines
      .filter(line => line.includes('"kind":"status"'))
      .map(line => (JSON.parse(line) as {data: {event: string}}).data.event);
  }

  /** A file of the job's directory, as Latin-1. */
  readFile(name: string): string {
    return readFileSync(join(this.#directory, name), 'latin1');
  }

  /** Lets go on who holds at the gate. */
  async open(): Promise<void> {
    await writeFile(this.path('gate'), '\n');
  }

  async append(text: string | Buffer): Promise<void> {
    await appendFile(this.progress, text);
  }

  /** Sets the times of a file of the job. */
  touch(file = 'progress.jsonl', laterMs = 0): void {
    const at = (Date.now() + laterMs) / 1000;
    utimesSync(join(this.#directory, file), at, at);
  }

  pid(): number {
    return Number.parseInt(readFileSync(join(this.#directory, 'pid'), 'utf8'), 10);
  }

  /** kill -9 of the wrapper alone. */
  async killWrapper(): Promise<void> {
    const pid = this.pid();
    process.kill(pid, 'SIGKILL');
    await until(() => !isRunning(pid), PATIENCE_MS);
  }

  /** kill -9 of the wrapper and of what it runs. */
  async killAll(): Promise<void> {
    const pid = this.pid();
    process.kill(-pid, 'SIGKILL');
    await until(() => !isRunning(pid), PATIENCE_MS);
  }

  /** Ends what the job still does, so that others have the machine for themselves. */
  clear(): void {
    try {
      process.kill(-this.pid(), 'SIGKILL');
    } catch {
      // it has ended, or never began
    }
  }

  async killCoordinator(): Promise<void> {
    await this.sandbox.killCoordinator();
  }

  /** Another coordinator, which takes over. */
  async replaceCoordinator(): Promise<void> {
    const before = this.events().filter(each => each === 'adopted').length;
    await this.sandbox.killCoordinator();
    await bringUp(this.sandbox);
    await this.recorded('adopted', before + 1);
  }

  async coordinatorPid(): Promise<number> {
    const pid = await this.sandbox.coordinatorPid();
    if (pid === undefined) throw new Error('there is no coordinator');
    return pid;
  }

  /** Resolves when another job, which is given so long, was found to be stalled: so long nobody moved. */
  async outlast(stallAfter = '2s'): Promise<void> {
    const witness = new Stage(this.sandbox, `${this.work.slice(this.sandbox.work.length + 1)}-witness`);
    await witness.submit(bash('r start wait; stand'), ['--stall-after', stallAfter]);
    await witness.recorded('stalled').finally(() => witness.clear());
  }

  /** When the script marked this; Unix milliseconds. */
  markedAt(name: string): number {
    return statSync(this.path(name)).mtimeMs;
  }

  #directoryOf(address: string): string {
    const at = address.indexOf(':');
    const repos = join(this.sandbox.state, 'repos');
    const found = readdirSync(repos)
      .map(repo => join(repos, repo, 'jobs', address.slice(0, at), address.slice(at + 1)))
      .find(path => existsSync(path));
    if (found === undefined) throw new Error(`${address} has no directory`);
    return found;
  }
}

const PATIENCE_MS = 20_000;
