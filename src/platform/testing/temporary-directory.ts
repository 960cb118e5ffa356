/** Directories of their own for tests that touch files. */
import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export interface TemporaryDirectory {
  /** Real path of an empty directory, mode 0700. */
  readonly path: string;
  /** A path below it. */
  at(...parts: string[]): string;
  remove(): void;
}

export function temporaryDirectory(parent = tmpdir()): TemporaryDirectory {
  const path = realpathSync(mkdtempSync(join(parent, 'stint-unit-')));
  return {
    path,
    at: (...parts) => join(path, ...parts),
    remove: () => rmSync(path, {recursive: true, force: true}),
  };
}
