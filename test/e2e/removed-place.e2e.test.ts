/** A worktree, and a repository, that somebody removed: what ran there stays to be read. */
import {spawnSync} from 'node:child_process';
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
let main: string;
let tree: string;
beforeEach(() => {
  sandbox = new Sandbox();
  main = join(sandbox.work, 'main');
  tree = join(sandbox.work, 'tree');
  git(sandbox.work, 'init', '-q', 'main');
  git(main, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'x');
  git(main, 'worktree', 'add', '-q', '../tree');
});
afterEach(() => sandbox.dispose());

describe('a worktree that was removed', () => {
  it('has its jobs in the list, with their logs, also of one that still runs', async () => {
    const go = join(sandbox.root, 'go');
    const ended = await sandbox.submit(['--name', 't', '-c', 'echo from-tree; exit 2'], {cwd: tree});
    await sandbox.stint(['wait', ended], {cwd: main});
    const open = await sandbox.submit(
      ['--name', 'open', '-c', `echo before; until [ -e '${go}' ]; do sleep 0.02; done; echo after`],
      {cwd: tree},
    );
    await until(async () => (await sandbox.ok(['logs', open], {cwd: main})) === 'before\n');
    git(main, 'worktree', 'remove', '--force', '../tree');
    writeFileSync(go, '');
    expect((await sandbox.stint(['wait', open], {cwd: main})).code).toBe(0);
    const cwd = main;
    expect(await sandbox.ok(['logs', ended], {cwd})).toBe('from-tree\n');
    expect(await sandbox.ok(['logs', '-f', open], {cwd})).toBe('before\nafter\n');
    expect(await sandbox.ok(['logs', 'tree:t'], {cwd})).toBe('from-tree\n');
    expect(await sandbox.ok(['status', ended], {cwd})).toContain('✗ failed');
    expect(await sandbox.ok(['ls', '--worktree', 'tree'], {cwd})).toContain(`${tree}  (gone)`);
  });
});

describe('a repository that was removed', () => {
  it('has its jobs in the list of all, and by its path, with their logs', async () => {
    const job = await sandbox.submit(['--name', 'm', '--', 'echo', 'main'], {cwd: main});
    await sandbox.ok(['wait', job], {cwd: main});
    rmSync(main, {recursive: true});
    expect(await sandbox.ok(['logs', job])).toBe('main\n');
    expect(await sandbox.ok(['status', job])).toContain('✓ completed');
    expect(await sandbox.ok(['ls', '--all-repos'])).toContain(`${main}  (gone)`);
    expect(await sandbox.ok(['ls', '--repo', main, '--quiet'])).toBe(`${job}\n`);
    expect((await sandbox.stint(['doctor'])).stdout).toContain('(not there any more)');
  });
});

function git(cwd: string, ...args: string[]): void {
  const {status, stderr} = spawnSync('git', args, {cwd, encoding: 'utf8'});
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
}
