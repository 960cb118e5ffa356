/** A pid namespace of its own with the same files, as a container has it. Only root can make one; needs unshare and nsenter. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, readlinkSync} from 'node:fs';

import {type Finished, type Sandbox, STINT, until} from './sandbox.ts';

export interface Started {
  /** Up to now. */
  readonly printed: {readonly stdout: string; readonly stderr: string};
  readonly end: Promise<Finished>;
}

export class PidNamespace {
  readonly #sandbox: Sandbox;
  readonly #unshare: ChildProcess;
  #init = '';

  private constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    // Its first process waits for ever and takes in whoever loses a parent; all of it ends with `unshare`.
    const init = ['/bin/sh', '-c', 'while :; do sleep 60 & wait; done'];
    this.#unshare = spawn('unshare', ['--pid', '--fork', '--mount-proc', '--kill-child', ...init], {
      env: sandbox.environment(),
      stdio: 'ignore',
    });
  }

  static async open(sandbox: Sandbox): Promise<PidNamespace> {
    const opened = new PidNamespace(sandbox);
    const {pid} = opened.#unshare;
    await until(() => {
      opened.#init = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
      return opened.#init !== '' && opened.number !== namespaceOf('self');
    });
    return opened;
  }

  /** What the kernel calls it. */
  get number(): string | undefined {
    return namespaceOf(this.#init);
  }

  /** Starts a program there. */
  start(command: readonly string[]): Started {
    const child = spawn('nsenter', ['--target', this.#init, '--pid', '--mount', '--', ...command], {
      cwd: this.#sandbox.work,
      env: this.#sandbox.environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed = {stdout: '', stderr: ''};
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        printed[name] += text;
      });
    }
    const end = once(child, 'close').then(([code]) => ({code: code as number | null, ...printed}));
    return {printed, end};
  }

  /** Runs a program there to its end. */
  run(command: readonly string[]): Promise<Finished> {
    return this.start(command).end;
  }

  startStint(...args: readonly string[]): Started {
    return this.start([process.execPath, STINT, ...args]);
  }

  stint(...args: readonly string[]): Promise<Finished> {
    return this.startStint(...args).end;
  }

  /** The same; throws with everything it printed when it does not exit with 0. */
  async ok(...args: readonly string[]): Promise<string> {
    const {code, stdout, stderr} = await this.stint(...args);
    if (code !== 0) throw new Error(`stint ${args.join(' ')} exited with ${code}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** Ends every process in it. */
  async close(): Promise<void> {
    const {exitCode, signalCode} = this.#unshare;
    if (exitCode !== null || signalCode !== null) return;
    const ended = once(this.#unshare, 'exit');
    this.#unshare.kill('SIGKILL');
    await ended;
  }
}

function namespaceOf(process: string): string | undefined {
  try {
    return /\d+/.exec(readlinkSync(`/proc/${process}/ns/pid`))?.[0];
  } catch {
    return undefined; // it is only just being born
  }
}
