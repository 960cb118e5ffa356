import {spawnSync} from 'node:child_process';
import {readFileSync, readlinkSync} from 'node:fs';
import {hostname} from 'node:os';

import {type ProcessSpace, parseProcessSpace} from '../base/index.ts';

let known: ProcessSpace | undefined;

/** The pid namespace and the kernel of this process. Looked at once. */
export function processSpace(): ProcessSpace {
  // A host without a name is still another one than one with a name.
  known ??= parseProcessSpace({host: hostname() || '(none)', boot_id: bootId(), pid_ns: pidNamespace()});
  return known as ProcessSpace;
}

function bootId(): string | undefined {
  const told =
    process.platform === 'darwin'
      ? spawnSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], {encoding: 'utf8'}).stdout
      : ifReadable(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1'));
  return told?.trim() || undefined;
}

function pidNamespace(): number | undefined {
  const digits = /^pid:\[(\d+)\]$/.exec(ifReadable(() => readlinkSync('/proc/self/ns/pid')) ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function ifReadable(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined; // not Linux, or a /proc that hides it
  }
}
