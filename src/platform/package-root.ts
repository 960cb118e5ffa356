/** Where this package lies on disk, whether it runs from src, from dist/lib or from the bundle in dist/cli. */
import {existsSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
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

/** The compiled SQLite addon; naming it spares better-sqlite3 a search at every start. */
export function nativeBindingPath(): string {
  if (binding !== undefined) return binding;
  const beside = join(packageRoot(), 'node_modules', 'better-sqlite3', BUILT);
  binding = existsSync(beside)
    ? beside
    : join(dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json')), BUILT);
  return binding;
}

const BUILT = join('build', 'Release', 'better_sqlite3.node');
let root: string | undefined;
let binding: string | undefined;
