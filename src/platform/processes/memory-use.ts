/** How much memory processes take together. Linux: /proc; elsewhere the `ps` program, which cannot tell what they share. */
import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {promisify} from 'node:util';

import {residentBytes} from './process-facts.ts';

/**
 * Resident bytes. Where these are more than `enough`, what they share counts once, as far as the system tells: looking at that takes
 * the longer the larger they are. Undefined where none of them can be seen.
 */
export async function memoryUse(pids: readonly number[], enough: number): Promise<number | undefined> {
  if (pids.length === 0) return undefined;
  if (process.platform !== 'linux') return memoryByPs(pids);
  const resident = pids.flatMap(pid => {
    const bytes = residentBytes(pid);
    return bytes === undefined ? [] : [{pid, bytes}];
  });
  if (resident.length === 0) return undefined;
  const all = sum(resident.map(({bytes}) => bytes));
  if (all <= enough) return all;
  return sum(resident.map(({pid, bytes}) => Math.min(bytes, proportionalBytes(pid) ?? bytes)));
}

/** Of what a process shares with others its share. Undefined for one that is gone or may not be looked at. */
function proportionalBytes(pid: number): number | undefined {
  try {
    const kib = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined; // gone, another user's, or an older Linux
  }
}

/** The same by `ps`. */
export async function memoryByPs(pids: readonly number[]): Promise<number | undefined> {
  try {
    const {stdout} = await promisify(execFile)('ps', ['-o', 'rss=', '-p', pids.join(',')]);
    const sizes = stdout.split('\n').flatMap(line => (line.trim() === '' ? [] : Number(line)));
    return sizes.length === 0 ? undefined : sum(sizes) * 1024;
  } catch {
    return undefined; // none of them is there any more, or there is no such program
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}
