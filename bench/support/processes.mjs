/** Starting, timing and looking at processes. */
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, readFileSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {setTimeout as delay} from 'node:timers/promises';

/** Milliseconds that a program takes from its start to its end. Throws when it does not exit with 0. */
export function timeOf(command, args, options = {}) {
  const started = performance.now();
  const {status, error, stderr} = spawnSync(command, args, {stdio: ['ignore', 'ignore', 'pipe'], ...options});
  const took = performance.now() - started;
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')} exited with ${status}: ${stderr}`);
  return took;
}

/** Runs a program and resolves with what it printed. Rejects when it does not exit with 0. */
export async function output(command, args, options = {}) {
  const child = spawn(command, args, {stdio: ['ignore', 'pipe', 'pipe'], ...options});
  let [said, complained] = ['', ''];
  child.stdout.on('data', data => {
    said += data;
  });
  child.stderr.on('data', data => {
    complained += data;
  });
  const [code, signal] = await once(child, 'close');
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}: ${complained || said}`);
  return said;
}

/** Whether a program is installed. */
export function isInstalled(program) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], {stdio: 'ignore'}).status === 0;
}

/** Looks again and again until it holds. Rejects after a bounded time. */
export async function until(holds, {every = 5, limitMs = 120_000} = {}) {
  const giveUp = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > giveUp) throw new Error(`still not so after ${limitMs} ms: ${holds}`);
    await delay(every);
  }
}

/** False for a process that is gone, or a zombie with no thread left that could hold its files open. */
export function isRunning(pid) {
  try {
    const isZombie = /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    return !isZombie || readdirSync(`/proc/${pid}/task`).length > 1;
  } catch {
    return false;
  }
}

/** Kills a process, or with a negative pid its group, and resolves when it is gone. */
export async function killed(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // it was gone
  }
  await until(() => !isRunning(Math.abs(pid)));
}

/**
 * The command on one core, where `taskset` is installed and there is more than one. Two processes that talk to each other
 * are several times as fast while they share a core by chance, so where each runs must not change between two runs.
 */
export function onCore(core, command) {
  return canPin() ? ['taskset', '--cpu-list', String(core), ...command] : command;
}

/** The same for a process that runs already. */
export async function moveToCore(core, pid) {
  if (canPin()) await output('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)]);
}

function canPin() {
  return availableParallelism() > 1 && isInstalled('taskset');
}

/** MiB of `VmRSS` (now) or `VmHWM` (the most there ever was). */
export function memoryOf(pid, field) {
  const kib = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

/** Milliseconds of CPU time that a process has used, in the kernel too. */
export function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

const MS_PER_TICK = 10;
