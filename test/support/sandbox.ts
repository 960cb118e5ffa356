/**
 * A stint of its own for one test: the built `bin/stint` with a temporary state directory and working directory. What
 * it starts carries a mark in its environment, by which `dispose` finds and kills all of it.
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';

import {Client} from '../../src/coordinator/client/index.ts';
import {withoutAgents} from '../../src/jobs/testing/agent-variables.ts';

export const STINT = join(import.meta.dirname, '..', '..', 'bin', 'stint');
export const PROGRAMS = join(import.meta.dirname, '..', 'fixtures', 'programs');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Default: this checkout's. */
  readonly bin?: string;
  /** The Node that runs it. Default: the one that runs the test. */
  readonly node?: string;
}

export class Sandbox {
  readonly root: string;
  readonly state: string;
  readonly work: string;
  readonly #mark: string;

  constructor(parent = tmpdir()) {
    this.root = realpathSync(mkdtempSync(join(parent, 'stint-')));
    this.state = join(this.root, 'state');
    this.work = realpathSync(mkdtempSync(join(this.root, 'work-')));
    this.#mark = `STINT_TEST_SANDBOX=${this.root}`;
  }

  /** Runs stint to its end. */
  async stint(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    const child = this.start(args, options);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return {code, stdout, stderr};
  }

  /** The same; throws with everything it printed when it does not exit with 0. */
  async ok(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const {code, stdout, stderr} = await this.stint(args, options);
    if (code !== 0) throw new Error(`stint ${args.join(' ')} exited with ${code}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** Starts stint and leaves it running; stdout and stderr are pipes. */
  start(
    args: readonly string[],
    {cwd = this.work, env = {}, bin = STINT, node = process.execPath}: RunOptions = {},
  ): ChildProcess {
    return spawn(node, [bin, ...args], {
      cwd,
      env: {...this.environment(), ...env},
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Submits a job and resolves with its address. */
  async submit(args: readonly string[], options?: RunOptions): Promise<string> {
    const ended = await this.stint(['run', ...args], options);
    if (ended.code !== 0)
      throw new Error(`stint run ${args.join(' ')} exited with ${ended.code}\n${ended.stderr}`);
    return addressIn(ended);
  }

  /** The records of a job as they are in the file. */
  async records(address: string, options?: RunOptions): Promise<JobRecord[]> {
    const text = await this.ok(['logs', address, '--json'], options);
    return text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as JobRecord);
  }

  /** Every job of the working directory, as `ls --json --all` tells it. */
  async list(options?: RunOptions): Promise<Listed[]> {
    return JSON.parse(await this.ok(['ls', '--all', '--json'], options)) as Listed[];
  }

  environment(): NodeJS.ProcessEnv {
    const {NODE_EXTRA_CA_CERTS: _, ...rest} = withoutAgents(process.env);
    return {
      ...rest,
      TZ: ABOUT_NOON,
      STINT_STATE_DIR: this.state,
      XDG_CACHE_HOME: join(this.root, 'cache'),
      STINT_IDLE_EXIT_SECS: '30',
      STINT_NO_AUTO_PRUNE: '1',
      STINT_TEST_SANDBOX: this.root,
    };
  }

  /** The coordinator's pid, or undefined when none answers. */
  async coordinatorPid(): Promise<number | undefined> {
    return (await new Client({state: this.state}).health().catch(() => undefined))?.pid;
  }

  /** kill -9 of the coordinator, if there is one; resolves when the process is gone. */
  async killCoordinator(): Promise<number | undefined> {
    const pid = await this.coordinatorPid();
    if (pid === undefined) return undefined;
    process.kill(pid, 'SIGKILL');
    await until(() => !isRunning(pid));
    return pid;
  }

  /** Kills everything that this sandbox started and removes its files. */
  async dispose(): Promise<void> {
    await until(() => {
      const pids = markedProcesses(this.#mark);
      for (const pid of pids) kill(pid);
      return pids.length === 0 && isRemoved(this.root);
    });
  }
}

/** Times are shown without their day as long as it is today: no test runs over midnight. */
const ABOUT_NOON = zoneAboutNoon(new Date().getUTCHours());

function zoneAboutNoon(utcHour: number): string {
  const west = utcHour - 12; // from -12 to 11; the sign of these names is that of POSIX
  return `Etc/GMT${west < 0 ? west : `+${west}`}`;
}

/** The address of the job that a `run` submitted: the answer, or where it also waits or follows what it says first. */
export function addressIn({stdout, stderr}: {readonly stdout: string; readonly stderr: string}): string {
  return /^stint: (\S.*) was submitted;/m.exec(stderr)?.[1] ?? stdout.trim();
}

export interface JobRecord {
  readonly seq: number;
  readonly ts: number;
  readonly kind: 'stdout' | 'stderr' | 'status';
  readonly data: unknown;
  readonly partial?: boolean;
  readonly enc?: string;
  readonly late?: boolean;
  readonly order?: string;
}

export interface Listed {
  readonly invocation_id: string;
  readonly name: string;
  readonly status: string;
  readonly exit_code: number | null;
  readonly message: string | null;
  readonly [field: string]: unknown;
}

/** Looks again and again until it holds; fails after a bounded time. For what sends no event. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  const giveUp = performance.now() + limitMs;
  for (let from = performance.now(); !(await holds()); from = performance.now()) {
    if (performance.now() > giveUp) throw new Error(`still not so after ${limitMs} ms: ${holds}`);
    await delay(Math.max(10, performance.now() - from)); // to look takes the time of what is waited for
  }
}

/** False for a process that is gone or a zombie. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function markedProcesses(mark: string): number[] {
  return readdirSync('/proc').flatMap(name => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid || !isRunning(pid)) return [];
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark) ? [pid] : [];
    } catch {
      return []; // gone, or not ours
    }
  });
}

/** A process that is being killed may still make a file. */
function isRemoved(directory: string): boolean {
  try {
    rmSync(directory, {recursive: true, force: true});
    return true;
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone meanwhile
  }
}
