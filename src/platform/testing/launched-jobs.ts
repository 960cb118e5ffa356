/** Jobs started through `spawnJob` in a temporary directory, which holds what they write: `out`, `err`, `pid` and `exit`. */
import {closeSync, constants, openSync, readFileSync} from 'node:fs';

import {makeFifosSync, openFifo} from '../files/fifo.ts';
import {type JobLaunch, type LaunchTools, spawnJob} from '../spawning/spawn-job.ts';
import {temporaryDirectory} from './temporary-directory.ts';

export type Words = readonly (string | Buffer)[];

export interface Changes extends Partial<Omit<JobLaunch, 'environment' | 'command'>> {
  /** Otherwise the PATH of this process alone. */
  readonly environment?: Words;
}

export interface Launched {
  readonly pid: number;
  readonly ended: Promise<void>;
}

export class LaunchedJobs {
  readonly #directory = temporaryDirectory();
  readonly #tools: LaunchTools | undefined;
  readonly #pids: number[] = [];
  #launches = 0;

  constructor(tools?: LaunchTools) {
    this.#tools = tools;
  }

  get path(): string {
    return this.#directory.path;
  }

  at(name: string): string {
    return this.#directory.at(name);
  }

  /** The FIFO of the last one. */
  get alive(): string {
    return this.at(`alive-${this.#launches}`);
  }

  text(name: string): string {
    return readFileSync(this.at(name), 'utf8');
  }

  /** With its newline. */
  firstLine(name: string): string {
    return /^.*\n/.exec(this.text(name))?.[0] ?? '';
  }

  async launch(
    command: Words,
    {environment = [`PATH=${process.env.PATH}`], ...changes}: Changes = {},
  ): Promise<Launched> {
    this.#launches += 1;
    makeFifosSync([this.alive]);
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC;
    const opened = ['out', 'err', 'pid', 'exit'].map(name => openSync(this.at(name), flags, 0o600));
    const [out = 0, err = 0, pid = 0, exit = 0] = opened;
    const alive = openFifo(this.alive);
    let end: () => void = () => undefined;
    const ended = new Promise<void>(resolve => {
      end = resolve;
    });
    try {
      const launch = {
        cwd: '/',
        umask: 0o22,
        scratch: this.at('handover'),
        descriptors: {out, err, pid, exit, alive},
        ...changes,
        command: command.map(word => Buffer.from(word)),
        environment: environment.map(entry => Buffer.from(entry)),
      };
      const job = await spawnJob(launch, () => end(), this.#tools);
      this.#pids.push(job.pid);
      return {pid: job.pid, ended};
    } finally {
      for (const fd of [...opened, alive]) closeSync(fd);
    }
  }

  /** Runs it to its end; `exit` is the line of its code. */
  async run(command: Words, changes?: Changes): Promise<{out: Buffer; err: string; exit: string}> {
    await (await this.launch(command, changes)).ended;
    return {
      out: readFileSync(this.at('out')),
      err: this.text('err'),
      exit: this.firstLine('exit'),
    };
  }

  /** Ends what still runs. */
  remove(): void {
    for (const pid of this.#pids) signalGroup(pid, 'SIGKILL');
    this.#directory.remove();
  }
}

export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // the group is gone
  }
}
