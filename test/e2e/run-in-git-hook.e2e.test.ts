import {chmodSync, existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {type TemporaryPlace, temporaryPlace} from '../../src/project/testing/temporary-repo.ts';
import {Sandbox} from '../support/sandbox.ts';
import {shell} from '../support/shell.ts';

let sandbox: Sandbox;
let place: TemporaryPlace;
let repo: string;
let linked: string;
beforeEach(() => {
  sandbox = new Sandbox();
  place = temporaryPlace();
  repo = place.makeRepo('repo');
  place.git('repo', 'worktree', 'add', '--quiet', '-b', 'feature', '../linked');
  linked = join(place.root, 'linked');
});
afterEach(async () => {
  await sandbox.dispose();
  place.remove();
});

/** Makes a hook of the repository and all its worktrees; in it `stint` is this checkout's. */
function hook(name: string, text: string): void {
  const path = place.write(
    `repo/.git/hooks/${name}`,
    `#!/bin/sh\nstint() { "$NODE" "$STINT" "$@"; }\n${text}\n`,
  );
  chmodSync(path, 0o755);
}

const GIT = 'git -c user.name=Test -c user.email=test@example.com';

/** Runs a script in the linked worktree, where `$GIT` is git with an identity. */
async function inLinked(script: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const {code, stderr} = await shell(sandbox, `set -e; ${script}`, [], {cwd: linked, env: {GIT, ...env}});
  if (code !== 0) throw new Error(`${script} exited with ${code}\n${stderr}`);
}

function entriesIn(path: string): string[] {
  return readFileSync(join(place.root, path), 'utf8').split('\0').slice(0, -1).sort();
}

it('a job of a hook has all that the hook has, but not what git says is of this repository', async () => {
  hook(
    'pre-commit',
    `git rev-parse --local-env-vars > ../local-names
     cat /proc/self/environ > ../of-hook
     stint run --wait -c 'cat /proc/self/environ > ../of-job'
     stint run --wait --env GIT_DIR=/mine -c 'cat /proc/self/environ > ../with-set'`,
  );
  await inLinked('echo 1 > a; $GIT -c a.b=c commit --quiet --all --message=x', {GIT_COMMITTER_NAME: 'Ada'});
  const local = readFileSync(join(place.root, 'local-names'), 'utf8').trim().split('\n');
  const handedOn = ['GIT_CONFIG_COUNT', 'GIT_CONFIG_PARAMETERS'];
  const nameOf = (entry: string) => entry.slice(0, entry.indexOf('='));
  const isKept = (entry: string) => !local.includes(nameOf(entry)) || handedOn.includes(nameOf(entry));
  const isGits = (entry: string) => entry.startsWith('GIT_');
  const ofHook = entriesIn('of-hook').filter(isGits);
  expect(ofHook.map(nameOf)).toEqual(
    expect.arrayContaining(['GIT_DIR', 'GIT_INDEX_FILE', 'GIT_CONFIG_PARAMETERS', 'GIT_COMMITTER_NAME']),
  );
  expect(entriesIn('of-job').filter(isGits)).toEqual(ofHook.filter(isKept));
  expect(entriesIn('with-set').filter(isGits)).toEqual([...ofHook.filter(isKept), 'GIT_DIR=/mine'].sort());
});

it('a job that makes a repository elsewhere leaves that of the hook alone', async () => {
  hook(
    'post-checkout',
    `stint run --wait -c 'cd "$(mktemp -d -p ${place.root})" && git init --quiet && git add . && pwd'`,
  );
  await inLinked('git checkout --quiet -b other');
  expect(place.git('repo', 'config', 'core.bare')).toBe('false');
  expect(place.git('repo', 'status', '--short')).toBe('');
  expect((await sandbox.list({cwd: linked}))[0]?.exit_code).toBe(0);
});

it('a job that outlives the commit which started it changes the index of its worktree', async () => {
  hook(
    'pre-commit',
    `stint run --name later -c 'until [ -e ../over ]; do sleep 0.02; done; git add added' >&2`,
  );
  await inLinked('echo 1 > a; echo 2 > added; $GIT commit --quiet --all --message=x; : > ../over');
  await sandbox.ok(['wait', 'later'], {cwd: linked});
  expect(place.git('linked', 'status', '--short')).toBe('A  added');
  expect(existsSync(join(repo, '.git/worktrees/linked/index.lock'))).toBe(false);
});

it('what a person exported outside a hook stays', async () => {
  const address = await sandbox.submit(['--wait', '-c', 'echo "$GIT_DIR"'], {env: {GIT_DIR: '/exported'}});
  expect(await sandbox.ok(['logs', address])).toBe('/exported\n');
});
