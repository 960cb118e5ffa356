/** A job of many processes, each of which hides in its own way, counts the TERMs that it gets and ends by KILL only. */
import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {isRunning, PROGRAMS, type Sandbox, until} from './sandbox.ts';

const PROGRAM = join(PROGRAMS, 'counts-terms.sh');

export class TermCounters {
  readonly #directory: string;
  readonly #kept: string;
  readonly #names: string[] = [];

  constructor(sandbox: Sandbox, name = 'counters') {
    this.#directory = join(sandbox.root, name);
    this.#kept = `PATH="$PATH" STINT_TEST_SANDBOX='${sandbox.root}'`; // so that the sandbox still finds it
    mkdirSync(this.#directory);
  }

  /** Shell text that starts one in each of these ways, and goes on as the last one. */
  get shellText(): string {
    const bare = `env -i ${this.#kept}`;
    return [
      `${this.#one('in-group')} &`,
      `setsid ${this.#one('own-session')} &`,
      `(setsid ${this.#one('forked-twice')} &)`,
      `${bare} setsid ${this.#one('without-traces')} >/dev/null 2>&1 &`,
      `sh -c '${bare} setsid ${this.#one('deep')} >/dev/null 2>&1; true' &`,
      `setsid sh -c 'kill -STOP $$; exec ${this.#one('stopped')}' &`,
      this.#one('command'),
    ].join('\n');
  }

  /** Resolves with their pids when all but the one that is stopped are up. */
  async up(): Promise<number[]> {
    const names = this.#names.filter(name => name !== 'stopped');
    await until(() => names.every(name => this.#read(`${name}.pid`) !== ''));
    return names.map(name => Number(this.#read(`${name}.pid`)));
  }

  /** How many TERMs each got, by its name; the stopped one had not begun to count. */
  get terms(): Record<string, number> {
    const names = this.#names.filter(name => name !== 'stopped');
    return Object.fromEntries(names.map(name => [name, this.#read(`${name}.terms`).split('\n').length - 1]));
  }

  /** The pids of those that have not ended. */
  get running(): number[] {
    return this.#names
      .map(name => Number(this.#read(`${name}.pid`)))
      .filter(pid => pid > 0 && isRunning(pid));
  }

  #one(name: string): string {
    if (!this.#names.includes(name)) this.#names.push(name);
    return `sh ${PROGRAM} ${this.#directory} ${name}`;
  }

  #read(file: string): string {
    try {
      return readFileSync(join(this.#directory, file), 'utf8');
    } catch {
      return ''; // not there yet
    }
  }
}
