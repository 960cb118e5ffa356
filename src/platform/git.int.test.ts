import {chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {runGit, runGitSync} from './git.ts';

let directory: string;

beforeEach(() => {
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'stint-git-')));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, {recursive: true, force: true});
});

/** Puts a program named git, a line of shell, in front of the real one. */
function standIn(script: string): void {
  const program = join(directory, 'git');
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  vi.stubEnv('PATH', `${directory}:/usr/bin:/bin`);
}

const run = () => ({cwd: directory, limitMs: 10_000});

describe('runGit', () => {
  it('returns what git printed', async () => {
    expect(await runGit(['--version'], run())).toMatch(/^git version /);
    expect(runGitSync(['--version'], run())).toMatch(/^git version /);
  });

  it('returns undefined when git fails', async () => {
    expect(await runGit(['rev-parse', '--verify', 'HEAD'], run())).toBeUndefined();
    expect(runGitSync(['rev-parse', '--verify', 'HEAD'], run())).toBeUndefined();
  });

  it('returns undefined when git is not installed', async () => {
    vi.stubEnv('PATH', directory);
    expect(await runGit(['--version'], run())).toBeUndefined();
    expect(runGitSync(['--version'], run())).toBeUndefined();
  });

  it('returns undefined when the directory is gone or git cannot be started', async () => {
    expect(await runGit(['--version'], {...run(), cwd: join(directory, 'gone')})).toBeUndefined();
    expect(await runGit(['x'.repeat(5_000_000)], run())).toBeUndefined();
  });

  it('speaks of the repository around the directory whatever the environment of a hook says', async () => {
    vi.stubEnv('GIT_DIR', join(directory, 'elsewhere'));
    vi.stubEnv('GIT_WORK_TREE', join(directory, 'elsewhere'));
    vi.stubEnv('GIT_INDEX_FILE', join(directory, 'index'));
    runGitSync(['init', '--quiet'], run());
    expect(await runGit(['rev-parse', '--absolute-git-dir'], run())).toBe(`${directory}/.git\n`);
  });

  it('keeps every variable of git from it but those that name a configuration', async () => {
    vi.stubEnv('GIT_SOMETHING_OF_NEXT_YEAR', '1');
    standIn('env | grep ^GIT_');
    vi.stubEnv('GIT_EXEC_PATH', '/exec');
    const names = (await runGit([], run()))?.trim().split('\n').sort();
    expect(names).toEqual(['GIT_CONFIG_GLOBAL=/dev/null', 'GIT_EXEC_PATH=/exec']);
  });

  it('stops git at its first output when that is all that is asked', async () => {
    standIn('echo yes; exec sleep 1000');
    expect(await runGit([], {...run(), stopAtOutput: true})).toBe('yes\n');
  });

  it('says what was printed when git ended before it was stopped, and nothing when nothing was', async () => {
    standIn('true');
    expect(await runGit([], {...run(), stopAtOutput: true})).toBe('');
  });

  it('gives git up after the limit', async () => {
    standIn('exec sleep 1000');
    expect(await runGit([], {...run(), limitMs: 20})).toBeUndefined();
    expect(runGitSync([], {...run(), limitMs: 20})).toBeUndefined();
  });

  it('does not wait for what git left behind when it is killed', async () => {
    standIn('sleep 2 & wait');
    expect(await runGit([], {...run(), limitMs: 20})).toBeUndefined();
  });
});
