/** Where this package lies on disk, whether it runs from src, from dist/lib or from the bundle in dist/cli. */
import {existsSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

/** The directory that holds stint's package.json. */
export function packageRoot(): string {
  if (root !== undefined) return root;
  let at = import.meta.dirname;
  while (!existsSync(join(at, 'package.json')) || !existsSync(join(at, 'bin', 'stint'))) {
    const parent = dirname(at);
    if (parent === at) throw new Error('stint is not installed whole: its package.json was not found.');
    at = parent;
  }
  root = at;
  return at;
}

/** stint's version, as package.json gives it. */
export function packageVersion(): string {
  const {version} = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

let root: string | undefined;
