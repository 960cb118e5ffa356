import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {Sandbox} from '../support/sandbox.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples');

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

describe('examples/submit-and-wait.mjs', () => {
  it('prints what the command wrote on both streams and exits with its code', async () => {
    const {code, stdout} = await start(
      'submit-and-wait.mjs',
      'sh',
      '-c',
      'echo a; sleep 0.1; echo b >&2; exit 5',
    ).finished;
    expect(stdout).toBe('stdout: a\nstderr: b\n');
    expect(code).toBe(5);
  });

  it('does not notice that the coordinator is killed while it waits', async () => {
    const example = start('submit-and-wait.mjs');
    await example.seen('submitted');
    await sandbox.killCoordinator();
    expect(await example.finished).toMatchObject({code: 0, stdout: 'stdout: working\nstdout: done\n'});
  });

  it('submits what the command line finds by the id that it printed', async () => {
    const example = start('submit-and-wait.mjs', 'echo', 'hello');
    await example.finished;
    const [, invocation = ''] = /logs -f ([0-9a-f]{12})/.exec((await example.finished).stderr) ?? [];
    expect(await sandbox.ok(['logs', invocation])).toBe('hello\n');
  });
});

function start(example: string, ...args: string[]) {
  const child = spawn(process.execPath, [join(EXAMPLES, example), ...args], {
    cwd: sandbox.work,
    env: sandbox.environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = {stdout: '', stderr: ''};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.stderr += text;
  });
  return {
    finished: once(child, 'close').then(([code]) => ({code: code as number | null, ...texts})),
    /** Resolves when it has said this on stderr. */
    seen: async (wanted: string) => {
      while (!texts.stderr.includes(wanted)) await once(child.stderr, 'data');
    },
  };
}
