import {chmodSync, existsSync, readFileSync, writeFileSync} from 'node:fs';
import {spawn} from 'node:child_process';
import {once} from 'node:events';

import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {type ChildProgram, childProgram} from '../testing/child-program.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';

/** Prints how it entered a scope of its own; the one that is in it writes into the file of its first argument, and then complains or serves. */
const PROGRAM = `
import {writeFileSync} from 'node:fs';
import {StintError} from 'SRC/base/index.ts';
import {enterOwnScope, tellStarter} from 'SRC/platform/index.ts';
const [file, what, ...argv] = process.argv.slice(2);
const entry = await enterOwnScope([file, what, ...argv], 300);
if (!argv.some(word => word.startsWith('--in-scope='))) {
  console.log(JSON.stringify({...entry, complaint: entry.complaint?.message}));
} else {
  writeFileSync(file, JSON.stringify({entry, argv, execArgv: process.execArgv, pid: process.pid}));
  if (what === 'complain') tellStarter(argv, new StintError('STATE_DIR_UNUSABLE', 'It is a file.'));
  else tellStarter(argv);
}
`;

/** What stands in for systemd, which the machine of a test need not have; it changes no cgroup. */
const THAT_EXECUTES = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"';

let program: ChildProgram;
beforeAll(async () => {
  program = await childProgram(PROGRAM);
});
afterAll(() => program.remove());

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

function putSystemdRun(text: string): void {
  const path = directory.at('systemd-run');
  writeFileSync(path, `#!/bin/sh\necho "$@" > '${directory.at('given')}'\n${text}\n`);
  chmodSync(path, 0o755);
}

/** What the first process knew in the end. */
async function start(what: string, ...argv: readonly string[]): Promise<unknown> {
  const words = ['--max-semi-space-size=2', program.path, directory.at('facts'), what, ...argv];
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {...process.env, PATH: directory.path},
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  expect(await once(child, 'close')).toEqual([0, null]);
  return JSON.parse(Buffer.concat(chunks).toString());
}

const facts = () => JSON.parse(readFileSync(directory.at('facts'), 'utf8')) as Record<string, unknown>;

describe('a program that is to leave the cgroup of its starter', () => {
  it('does nothing where nobody asked for that', async () => {
    putSystemdRun(THAT_EXECUTES);
    expect(await start('serve')).toEqual({how: 'unasked'});
    expect(existsSync(directory.at('given'))).toBe(false);
  });

  it('starts itself once more by systemd-run, and leaves when that one serves', async () => {
    putSystemdRun(THAT_EXECUTES);
    expect(await start('serve', '--own-scope', '--more')).toEqual({how: 'handed over'});
    expect(readFileSync(directory.at('given'), 'utf8')).toMatch(
      /^--user --scope --quiet --description=stint coordinator --unit=stint-[0-9a-f]{8,}\.scope -- \/bin\/sh -c /,
    );
    const {argv, execArgv} = facts();
    expect(argv).toEqual([
      '--more',
      expect.stringMatching(/^--in-scope=stint-[0-9a-f]+\.scope$/),
      '--ready-fd=3',
    ]);
    expect(execArgv).toEqual(['--max-semi-space-size=2']);
  });

  it('knows where its cgroup is still the same', async () => {
    putSystemdRun(THAT_EXECUTES);
    await start('serve', '--own-scope');
    expect(facts().entry).toEqual({
      how: 'failed',
      reason: expect.stringMatching(/^systemd-run did not change the cgroup, which is /),
    });
  });

  it('hands on why the other one cannot serve', async () => {
    putSystemdRun(THAT_EXECUTES);
    expect(await start('complain', '--own-scope')).toEqual({how: 'handed over', complaint: 'It is a file.'});
  });

  it.each([
    [
      'fails',
      'echo Warning >&2; echo "Failed to connect to bus: No medium found" >&2; exit 1',
      'Failed to connect to bus: No medium found',
    ],
    ['fails and says nothing', 'exit 3', 'systemd-run ended with exit code 3'],
    ['does nothing', 'exit 0', 'systemd-run ended with exit code 0'],
    ['hangs', 'exec /bin/sleep 60', 'systemd-run did not answer within 0.3 s'],
  ])('goes on as it is where systemd-run %s', async (_, text, reason) => {
    putSystemdRun(text);
    expect(await start('serve', '--own-scope')).toEqual({how: 'failed', reason});
    expect(existsSync(directory.at('facts'))).toBe(false);
  });

  it('goes on as it is where there is no systemd-run, or one that cannot be run', async () => {
    const reason = 'the program systemd-run is not there';
    expect(await start('serve', '--own-scope')).toEqual({how: 'failed', reason});
    writeFileSync(directory.at('systemd-run'), '', {mode: 0o644});
    expect(await start('serve', '--own-scope')).toMatchObject({
      how: 'failed',
      reason: expect.stringContaining('EACCES'),
    });
  });
});
