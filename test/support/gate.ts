/** Holds jobs back until a test lets them go on, so that what is running stays running. */
import {spawnSync} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';

import type {Sandbox} from './sandbox.ts';

export interface Gate {
  /** A command of a shell that waits here. For one use: who comes while it is being opened for another goes on too. */
  readonly pass: string;
  /** Lets the waiting job go on; resolves when it is there and was let go. */
  open(): Promise<void>;
}

export function makeGate(sandbox: Sandbox, name = 'gate'): Gate {
  const path = join(sandbox.root, name);
  const {status} = spawnSync('mkfifo', [path]);
  if (status !== 0) throw new Error(`mkfifo ${path} exited with ${status}`);
  return {pass: `read -r _ < '${path}'`, open: () => writeFile(path, '\n')};
}
