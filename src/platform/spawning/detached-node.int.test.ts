import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';

import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {type ChildProgram, childProgram} from '../testing/child-program.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';
import {startDetachedNode} from './detached-node.ts';

/** Writes what it is like into the file of its first argument, then does what the second says. */
const PROGRAM = `
import {readFileSync, readlinkSync, renameSync, writeFileSync} from 'node:fs';
import {StintError} from 'SRC/base/index.ts';
import {tellStarter} from 'SRC/platform/index.ts';
const [file, what, ...argv] = process.argv.slice(2);
const [, , , , group, session] = readFileSync('/proc/self/stat', 'utf8').split(' ');
const stdio = [0, 1, 2].map(fd => readlinkSync('/proc/self/fd/' + fd));
const facts = {pid: process.pid, group, session, stdio, cwd: process.cwd(), env: process.env, execArgv: process.execArgv};
writeFileSync(file + '.new', JSON.stringify(facts));
renameSync(file + '.new', file);
if (what === 'complain') {
  tellStarter(argv, new StintError('STATE_DIR_UNUSABLE', 'It is a file.', {hint: 'Move it.'}));
  process.exit(1);
}
if (what === 'complain when asked') {
  process.stdin.on('end', () => {
    tellStarter(argv, new Error('Nobody hears this.'));
    process.exit(7);
  }).resume();
}
if (what === 'serve') {
  tellStarter(argv);
  setTimeout(() => {}, 60_000);
}
`;

interface Facts {
  readonly pid: number;
  readonly group: string;
  readonly session: string;
  readonly stdio: readonly string[];
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly execArgv: readonly string[];
}

let program: ChildProgram;
beforeAll(async () => {
  program = await childProgram(PROGRAM);
});
afterAll(() => program.remove());

let directory: TemporaryDirectory;
const pids: number[] = [];
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => {
  for (const pid of pids.splice(0)) process.kill(pid, 'SIGKILL');
  directory.remove();
});

function facts(): Facts {
  return JSON.parse(readFileSync(directory.at('facts'), 'utf8')) as Facts;
}

function start(what: string, dropped: readonly string[] = []): Promise<void> {
  const nodeOptions = ['--max-semi-space-size=2'];
  return startDetachedNode(program.path, [directory.at('facts'), what], {nodeOptions, dropped});
}

describe('a program that is started apart', () => {
  it('resolves when it says that it is ready, and it goes on', async () => {
    await start('serve');
    const {pid} = facts();
    pids.push(pid);
    expect(() => process.kill(pid, 0)).not.toThrow();
  });

  it('is tied to nothing of ours: session, group, directory, descriptors, environment', async () => {
    process.env.STINT_TEST_KEPT = 'yes';
    process.env.STINT_TEST_DROPPED = 'no';
    process.env.TEST_NOT_KEPT = 'no';
    try {
      await start('serve', ['STINT_TEST_DROPPED']);
    } finally {
      delete process.env.STINT_TEST_KEPT;
      delete process.env.STINT_TEST_DROPPED;
      delete process.env.TEST_NOT_KEPT;
    }
    const {pid, group, session, stdio, cwd, env, execArgv} = facts();
    pids.push(pid);
    expect([Number(group), Number(session)]).toEqual([pid, pid]);
    expect(stdio).toEqual(['/dev/null', '/dev/null', '/dev/null']);
    expect(cwd).toBe('/');
    expect(env).toMatchObject({STINT_TEST_KEPT: 'yes', PATH: process.env.PATH});
    expect(env).not.toHaveProperty('TEST_NOT_KEPT');
    expect(env).not.toHaveProperty('STINT_TEST_DROPPED');
    expect(env).not.toHaveProperty('NODE_OPTIONS');
    expect(execArgv).toEqual(['--max-semi-space-size=2']);
  });

  it('resolves when it left without a complaint', async () => {
    await start('leave');
  });

  it('rejects with its complaint', async () => {
    await expect(start('complain')).rejects.toMatchObject({
      name: 'StintError',
      code: 'STATE_DIR_UNUSABLE',
      message: 'It is a file.',
      hint: 'Move it.',
    });
  });

  it('is not upset when nobody hears its complaint any more', async () => {
    const args = [program.path, directory.at('facts'), 'complain when asked', '--ready-fd=3'];
    const child = spawn(process.execPath, args, {stdio: ['pipe', 'ignore', 'inherit', 'pipe']});
    const [, , , ready] = child.stdio;
    ready?.destroy();
    if (ready) await once(ready, 'close');
    child.stdin?.end();
    const [code] = await once(child, 'exit');
    expect(code).toBe(7);
  });
});
