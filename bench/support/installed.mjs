/** Packages of others to measure against, installed once into `.bench/`. */
import {existsSync, renameSync} from 'node:fs';
import {join} from 'node:path';

import {GIVEN} from './environment.mjs';
import {output} from './processes.mjs';
import {ROOT} from './stint.mjs';

/** Path of the installed package, or undefined (with a word to the person) when it cannot be installed. */
export async function installed(name, version) {
  const place = join(ROOT, '.bench', `${name}-${version}`);
  const path = join(place, 'node_modules', name);
  if (existsSync(path)) return path;
  console.error(`installing ${name} ${version} into .bench/`);
  try {
    const fresh = `${place}.new`;
    const what = ['--no-audit', '--no-fund', `${name}@${version}`];
    await output('npm', ['install', '--prefix', fresh, ...what], {env: GIVEN});
    renameSync(fresh, place);
    return path;
  } catch (error) {
    console.error(`${name} cannot be installed: ${error.message}`);
    return undefined;
  }
}
