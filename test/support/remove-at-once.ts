import {renameSync, rmSync} from 'node:fs';
import {basename, join} from 'node:path';

import type {Sandbox} from './sandbox.ts';

/**
 * Removes a directory of a sandbox in which others may be making files: from one moment to the next nothing is at its
 * path. To remove one file after the other fails when a new one comes before the directory itself goes.
 */
export function removeAtOnce(sandbox: Sandbox, path: string): void {
  const aside = join(sandbox.root, `${basename(path)}.removed`);
  renameSync(path, aside);
  rmSync(aside, {recursive: true});
}
