/** A small git repository to run commands in. */
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {output} from './processes.mjs';

const IDENTITY = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid'];

/** Makes a repository with a handful of files and one commit, and resolves with its git directory. */
export async function makeRepository(directory, id) {
  mkdirSync(join(directory, 'src'), {recursive: true});
  for (const name of ['README.md', 'package.json', 'src/a.js', 'src/b.js', 'src/c.js'])
    writeFileSync(join(directory, name), `${name}\n`);
  const git = (...args) => output('git', [...IDENTITY, ...args], {cwd: directory});
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git('commit', '--quiet', '--message=first');
  if (id !== undefined) await git('config', 'stint.id', id);
  return join(directory, '.git');
}
