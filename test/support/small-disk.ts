/** A disk of its own for a test: a tmpfs that can be filled. Needs root. */
import {spawnSync} from 'node:child_process';
import {closeSync, mkdtempSync, openSync, rmSync, statSync, truncateSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {until} from './sandbox.ts';

export class SmallDisk {
  /** Where it is mounted. */
  readonly path = mkdtempSync(join(tmpdir(), 'stint-disk-'));

  /** `options` as mount has them, for example `size=3m,mode=0755`. */
  constructor(options: string) {
    system('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', this.path);
  }

  remount(options: string): void {
    system('mount', '-o', `remount,${options}`, this.path);
  }

  /** Takes all room that there is. */
  fill(): void {
    const fd = openSync(join(this.path, 'ballast'), 'a');
    try {
      for (;;) writeSync(fd, Buffer.alloc(4096));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(fd);
    }
  }

  /** Gives so many bytes back, or all. */
  makeRoom(bytes?: number): void {
    const ballast = join(this.path, 'ballast');
    if (bytes === undefined) rmSync(ballast);
    else truncateSync(ballast, statSync(ballast).size - bytes);
  }

  /** It is busy until the last process is gone. */
  async remove(): Promise<void> {
    await until(() => spawnSync('umount', [this.path]).status === 0);
    rmSync(this.path, {recursive: true});
  }
}

function system(command: string, ...args: string[]): void {
  const {status, stderr} = spawnSync(command, args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}
