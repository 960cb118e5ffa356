/** pm2, installed once into `.bench/`, with a daemon and a home of its own. */
import {spawn} from 'node:child_process';
import {readFileSync, rmSync, statSync} from 'node:fs';
import {basename, join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';

import {installed} from './installed.mjs';
import {temporaryDirectory} from './place.mjs';
import {isRunning, output, until} from './processes.mjs';

const VERSION = '7.0.4';
/** A log that did not grow for so long is complete. */
const COMPLETE_MS = 1000;

/** A running pm2, or undefined (with a word to the person) when it cannot be installed. */
export async function startPm2() {
  const path = await installed('pm2', VERSION);
  return path && new Pm2(join(path, 'bin', 'pm2'));
}

class Pm2 {
  home = temporaryDirectory();
  #count = 0;
  #env = {...process.env, PM2_HOME: this.home};
  #bin;

  constructor(bin) {
    this.#bin = bin;
  }

  /** Starts a command and resolves with the path of its log. */
  async start([program, ...args], {logType = 'json'} = {}) {
    const name = `job${++this.#count}`;
    const log = join(this.home, `${name}.log`);
    const how = ['--interpreter', 'none', '--no-autorestart', '--log-type', logType, '--output', log];
    await this.#pm2(['start', program, '--name', name, ...how, '--error', '/dev/null', '--', ...args]);
    return log;
  }

  /** A process that prints the lines of a log that come from now on, as they are. */
  follow(log) {
    const args = [this.#bin, 'logs', basename(log, '.log'), '--raw', '--lines', '0'];
    return spawn(process.execPath, args, {env: this.#env, stdio: ['ignore', 'pipe', 'inherit']});
  }

  /** Resolves with when the log last grew, in Unix ms. */
  async logIsComplete(log) {
    for (let last = statSync(log); ; ) {
      await delay(COMPLETE_MS);
      const now = statSync(log);
      if (now.size === last.size) return now.mtimeMs;
      last = now;
    }
  }

  async forget(log) {
    await this.#pm2(['delete', 'all']);
    rmSync(log, {force: true});
  }

  /** Pid of its daemon. */
  async daemon() {
    return Number(readFileSync(join(this.home, 'pm2.pid'), 'utf8'));
  }

  async dispose() {
    const pid = await this.daemon();
    await this.#pm2(['kill']);
    await until(() => !isRunning(pid));
  }

  #pm2(args) {
    return output(process.execPath, [this.#bin, ...args], {env: this.#env});
  }
}
