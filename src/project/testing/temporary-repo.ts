/** Real git repositories in a temporary directory, for tests. */
import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';

import {runGitSync} from '../../platform/index.ts';

export interface TemporaryPlace {
  /** Real path of an empty directory. */
  readonly root: string;
  /** Runs git in a directory below the root; returns what it printed, trimmed. Throws when it fails. */
  git(directory: string, ...args: string[]): string;
  /** Makes a repository on branch `main` with one commit of one file, `a`; returns its path. */
  makeRepo(name: string): string;
  /** Writes a file below the root, making its directories; returns its path. */
  write(path: string, text: string): string;
  remove(): void;
}

export function temporaryPlace(): TemporaryPlace {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'stint-repo-')));
  const place: TemporaryPlace = {
    root,
    git(directory, ...args) {
      const output = runGitSync([...IDENTITY, ...args], {cwd: join(root, directory), limitMs: 15_000});
      if (output === undefined) throw new Error(`git ${args.join(' ')} failed in ${directory}.`);
      return output.trim();
    },
    makeRepo(name) {
      place.git('.', 'init', '--quiet', '--initial-branch=main', name);
      place.write(join(name, 'a'), 'a\n');
      place.git(name, 'add', 'a');
      place.git(name, 'commit', '--quiet', '--message=first');
      return join(root, name);
    },
    write(path, text) {
      const file = join(root, path);
      mkdirSync(dirname(file), {recursive: true});
      writeFileSync(file, text);
      return file;
    },
    remove() {
      rmSync(root, {recursive: true, force: true});
    },
  };
  return place;
}

const IDENTITY = ['user.name=Test', 'user.email=test@example.com', 'protocol.file.allow=always'].flatMap(
  setting => ['-c', setting],
);
