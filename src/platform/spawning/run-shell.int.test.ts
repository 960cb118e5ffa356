import {existsSync, readFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';
import {runShell} from './run-shell.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

function run(text: string, changes: {cwd?: string; limitMs?: number} = {}): Promise<void> {
  const environment = {PATH: '/usr/bin:/bin', WHERE: 'here'};
  return runShell({text, cwd: directory.path, environment, limitMs: 20_000, ...changes});
}

describe('a shell text', () => {
  it('is run in its directory with its environment, and without input and output', async () => {
    await run('cat; echo noise; [ "$PATH" = /usr/bin:/bin ] && : > "$WHERE"');
    expect(existsSync(directory.at('here'))).toBe(true);
  });

  it('is in no argument that others can read, and in no variable of its own', async () => {
    await run('tr "\\0" " " < /proc/$$/cmdline > told; env >> told # hushhush');
    const told = readFileSync(directory.at('told'), 'utf8');
    expect(told).toMatch(/^\/bin\/sh -c eval .* WHERE=here$/m);
    expect(told).not.toContain('hushhush');
  });

  it('that fails, is killed, or takes too long says so', async () => {
    await expect(run('exit 7')).rejects.toThrow('it failed with exit code 7');
    await expect(run('kill -9 $$')).rejects.toThrow('it was ended by SIGKILL');
    await expect(run('sleep 1000', {limitMs: 100})).rejects.toThrow('it was killed after 0.1 s');
  });

  it('that ends in time is done, although it left something behind that goes on', async () => {
    // It ends also when the directory is removed before it looks.
    await run('(until [ -e stop ] || [ ! -d "$PWD" ]; do sleep 0.02; done) & exit 0', {limitMs: 20_000});
    await run(': > stop');
  });

  it('that cannot be run is refused', async () => {
    await expect(run('true', {cwd: directory.at('nowhere')})).rejects.toThrow(
      `its directory ${directory.at('nowhere')} is gone`,
    );
    await expect(run('true \0')).rejects.toThrow();
  });
});
