/** A second stint: what the package needs at run time, copied elsewhere, for another version or another user. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {STINT} from './sandbox.ts';

const ROOT = join(STINT, '..', '..');
/** Only there where this Node has no SQLite of its own. */
const DRIVER = 'node_modules/better-sqlite3';
const COMPILED = 'build/Release/better_sqlite3.node';

export interface PackageTree {
  /** Its `bin/stint`. */
  readonly bin: string;
  readonly root: string;
  remove(): void;
}

/** Everybody may read and run it. */
export function copyPackageTree(version?: string): PackageTree {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'stint-tree-')));
  const needed = ['bin', 'dist', 'src/store/migrations', 'package.json'];
  const driver = ['package.json', 'lib', COMPILED].map(name => `${DRIVER}/${name}`);
  for (const name of [...needed, ...(existsSync(join(ROOT, DRIVER, COMPILED)) ? driver : [])])
    cpSync(join(ROOT, name), join(root, name), {recursive: true, dereference: true});
  if (version !== undefined)
    writeFileSync(join(root, 'package.json'), JSON.stringify({...manifest(), version}));
  chmodSync(root, 0o755);
  for (const name of readdirSync(root, {recursive: true, encoding: 'utf8'}))
    chmodSync(join(root, name), 0o755);
  return {root, bin: join(root, 'bin', 'stint'), remove: () => rmSync(root, {recursive: true, force: true})};
}

/** The version of this checkout. */
export function ourVersion(): string {
  return manifest().version;
}

function manifest(): {version: string} {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {version: string};
}
