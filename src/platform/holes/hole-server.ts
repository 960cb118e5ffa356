/**
 * Has holes punched by a program that waits for it: the call takes a fraction of a millisecond, where the program
 * `fallocate` has to be started each time and then brings the whole file to the disk. It is started when it is needed, and
 * ends with this process or when nothing was asked of it for a while.
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {closeSync, constants, fstatSync, openSync} from 'node:fs';

import {codeOf} from '../../base/index.ts';
import {environment} from '../environment.ts';
import {isTransient} from '../system-error.ts';
import {FALLOCATE, HOLE_PROGRAM} from './hole-program.ts';

/** A disk that hangs keeps nobody waiting. In milliseconds, as all times here. */
const LIMIT_MS = 10_000;
const IDLE_MS = 10_000;

/** Of a file, by a descriptor of our own: whoever gave us theirs may close it, and another file get its number. */
export interface OwnFile {
  readonly fd: number;
  /** How the program knows it. */
  readonly name: string;
}

export class HoleServer {
  #child: ChildProcess | undefined;
  #isUseless = process.platform !== 'linux' || FALLOCATE[process.arch] === undefined;
  #hasAnswered = false;
  #waiting: ((answer: string | undefined) => void)[] = [];
  #said = '';
  #held = 0;
  #limitTimer: NodeJS.Timeout | undefined;

  /** It does not work here. */
  get isUseless(): boolean {
    return this.#isUseless;
  }

  /** Undefined where there is no answer: it is not there, or ended. Never rejects. */
  ask(line: string): Promise<string | undefined> {
    if (this.#isUseless) return Promise.resolve(undefined);
    return new Promise(resolve => {
      this.#waiting.push(resolve);
      this.start();
      this.#child?.stdin?.write(`${line}\n`);
      if (this.#child === undefined) this.#ended(undefined);
      else if (this.#waiting.length === 1) this.#limit();
    });
  }

  /** Starts the program, if it does not run. */
  start(): void {
    if (this.#isUseless || this.#child !== undefined) return;
    try {
      this.#child = this.#spawned();
      this.#said = '';
      this.#limit();
    } catch {
      // too many processes or files: another time it may do
    }
  }

  /** With one file more that is held, or one less: it is needed meanwhile. */
  hold(count: 1 | -1): void {
    this.#held += count;
    this.#limit();
  }

  #spawned(): ChildProcess {
    const args = ['-f', '-e', HOLE_PROGRAM, String(FALLOCATE[process.arch]), String(process.pid)];
    const env = {PATH: environment().PATH, LC_ALL: 'C'};
    const child = spawn('perl', args, {cwd: '/', env, stdio: ['pipe', 'pipe', 'ignore']});
    child.once('error', error => {
      this.#isUseless ||= !isTransient(codeOf(error));
      this.#ended(child);
    });
    child.once('close', () => {
      this.#isUseless ||= !this.#hasAnswered;
      this.#ended(child);
    });
    child.stdin?.on('error', () => undefined); // it ended: `close` follows
    child.stdout?.setEncoding('latin1').on('data', (text: string) => this.#heard(text));
    return child;
  }

  #heard(text: string): void {
    const lines = (this.#said + text).split('\n');
    this.#said = lines.pop() ?? '';
    this.#hasAnswered = true;
    for (const line of lines) this.#waiting.shift()?.(line);
    this.#limit();
  }

  #ended(child: ChildProcess | undefined): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    clearTimeout(this.#limitTimer);
    for (const answer of this.#waiting.splice(0)) answer(undefined);
  }

  /** While it is asked something this process lives on. */
  #limit(): void {
    clearTimeout(this.#limitTimer);
    const child = this.#child;
    const isAsked = this.#waiting.length > 0;
    for (const each of [child, child?.stdin, child?.stdout]) keepAlive(each, isAsked);
    if (isAsked) this.#limitTimer = setTimeout(() => child?.kill('SIGKILL'), LIMIT_MS);
    else if (this.#held === 0) this.#limitTimer = setTimeout(() => child?.stdin?.end(), IDLE_MS).unref();
  }
}

/** To be closed. Throws where that file cannot be opened for writing. */
export function ownFile(fd: number): OwnFile {
  const own = openSync(`/proc/self/fd/${fd}`, constants.O_RDWR);
  const {dev, ino} = fstatSync(own, {bigint: true});
  return {fd: own, name: `${own} ${dev} ${ino}`};
}

export function closeOwn(file: OwnFile | undefined): void {
  if (file !== undefined) closeSync(file.fd);
}

function keepAlive(what: unknown, isNeeded: boolean): void {
  const {ref, unref} = (what ?? {}) as {ref?: () => void; unref?: () => void};
  (isNeeded ? ref : unref)?.call(what);
}
