/** Processes with pids of our choice, for tests of what happens when a pid is handed out anew. Only root can do that. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, writeFileSync} from 'node:fs';

import {until} from './sandbox.ts';

const LAST_PID = '/proc/sys/kernel/ns_last_pid';

export class Strangers {
  readonly #started: ChildProcess[] = [];

  /**
   * Starts processes with exactly these pids, once nobody has them any more. Each leads a session and a group of its own,
   * with a child in them, and ends when the child does.
   */
  async take<Pids extends readonly number[]>(...pids: Pids): Promise<{[Each in keyof Pids]: ChildProcess}> {
    const taken: ChildProcess[] = [];
    for (const pid of pids) taken.push(await this.#takeOne(pid));
    for (const {stdin} of taken) stdin?.end('\n'); // a child that came earlier would have the next pid
    return taken as {[Each in keyof Pids]: ChildProcess};
  }

  /**
   * The number may be in use where `/proc` shows nothing (the group or session of a process that is gone), and somebody
   * else may be faster: so it is tried for as long as a test may take, and whoever came in vain is reaped before the next.
   */
  async #takeOne(pid: number): Promise<ChildProcess> {
    let taken: ChildProcess | undefined;
    await until(async () => {
      if (existsSync(`/proc/${pid}`)) return false;
      writeFileSync(LAST_PID, String(pid - 1));
      const stranger = spawn('/bin/sh', ['-c', 'read go; sleep 600; true'], {
        stdio: ['pipe', 'ignore', 'ignore'],
        detached: true,
      });
      this.#started.push(stranger);
      if (stranger.pid === pid) {
        taken = stranger;
        return true;
      }
      const ended = once(stranger, 'exit');
      endGroup(stranger);
      await ended;
      return false;
    });
    if (taken === undefined) throw new Error(`the pid ${pid} could not be had`);
    return taken;
  }

  end(): void {
    for (const stranger of this.#started.splice(0)) endGroup(stranger);
  }
}

function endGroup({pid, exitCode, signalCode}: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended, and nobody else leads a group of that name before we hear of it
  }
}
