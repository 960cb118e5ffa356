import {rmSync, writeFileSync} from 'node:fs';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {runShell} from '../spawning/run-shell.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';
import {directoryProblem} from './directory-problem.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

describe('a directory in which nothing can be started', () => {
  it('is one that is gone, or no directory', () => {
    writeFileSync(directory.at('file'), '');
    expect(directoryProblem(directory.at('gone'))).toBe('is gone');
    expect(directoryProblem(directory.at('gone', 'below'), 'does not exist')).toBe('does not exist');
    expect(directoryProblem(directory.at('file'))).toBe('is not a directory');
    expect(directoryProblem(directory.at('file', 'below'))).toBe('is gone');
    expect(directoryProblem(directory.at())).toBeUndefined();
  });

  it('is told instead of the program that could not be started there', async () => {
    const cwd = directory.at('gone');
    rmSync(cwd, {recursive: true, force: true});
    const running = runShell({text: 'true', cwd, environment: {}, limitMs: 1000});
    await expect(running).rejects.toThrow(`its directory ${cwd} is gone`);
  });
});
