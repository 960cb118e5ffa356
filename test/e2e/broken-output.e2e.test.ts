import {once} from 'node:events';
import {existsSync, mkdirSync} from 'node:fs';

import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {makeGate} from '../support/gate.ts';
import {Sandbox} from '../support/sandbox.ts';
import {shell} from '../support/shell.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = new Sandbox();
  await sandbox.submit(['--name', 'failed', '-c', 'echo hi; exit 3']);
  await sandbox.stint(['wait', 'failed']);
  await sandbox.ok(['parallel', '2', '--group', 'heavy']);
  await sandbox.ok(['events', 'append', 't', '--kind', 'k', '1']);
});
afterAll(() => sandbox.dispose());

type Stream = 'stdout' | 'stderr';

/** Runs stint with readers that are gone before it begins; resolves with its code and what the others were given. */
async function unread(args: readonly string[], gone: readonly Stream[] = ['stdout', 'stderr']) {
  const child = sandbox.start(args);
  const told = {stdout: '', stderr: ''};
  for (const stream of ['stdout', 'stderr'] as const) {
    if (gone.includes(stream)) child[stream]?.destroy();
    else
      child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        told[stream] += text;
      });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return {code, ...told};
}

/** What prints data, and what else: with the code of each, whoever reads it. */
const DATA: readonly (readonly [string, number])[] = [
  ['--version', 0],
  ['version --json', 0],
  ['ls', 0],
  ['logs failed', 0],
  ['logs -f failed', 0],
  ['status failed', 0],
  ['stats failed', 0],
  ['dump-store jobs', 0],
  ['groups', 0],
  ['prune --dry-run --json', 0],
  ['events read t', 0],
  ['events tail t --count 1', 0],
];
const OTHERS: readonly (readonly [string, number])[] = [
  ['help', 0],
  ['doctor', 0],
  ['parallel 3', 0],
  ['events ack t me 1', 0],
  ['events append t 2 --kind k', 0],
  ['events verify', 0],
  ['cancel --json failed', 0],
  ['run -- true', 0],
  ['retry --failed', 0],
];
const MISTAKES: readonly (readonly [string, number])[] = [
  ['', 2],
  ['nonsense', 2],
  ['cancel', 2],
  ['ls --nonsense', 2],
  ['status nosuch', 3],
  ['logs nosuch --json', 3],
];
const OF_A_JOB: readonly (readonly [string, number])[] = [
  ['wait failed', 3],
  ['wait --json failed', 3],
  ['run --wait --json -- false', 1],
  ['run --follow -- ls nosuch', 2],
];

describe('where nobody reads what is printed', () => {
  it.each([...DATA, ...OTHERS, ...MISTAKES, ...OF_A_JOB])('stint %s exits with %d', async (line, wanted) => {
    const {code} = await unread(line === '' ? [] : line.split(' '));
    expect(code).toBe(wanted);
  });

  it('nothing is complained of either', async () => {
    for (const line of ['ls', 'run --json -- true', 'wait --json failed'])
      expect((await unread(line.split(' '), ['stdout'])).stderr).toBe('');
  });

  it('cancel ends what is named last as well', async () => {
    const address = await sandbox.submit(['--name', 'goes-on', '--', 'sleep', '1000']);
    expect((await unread(['cancel', 'failed', address], ['stderr'])).code).toBe(0);
    expect(JSON.parse(await sandbox.ok(['status', '--json', address])).status).toBe('cancelled');
  });

  it.each(['--wait', '--follow'])('run %s goes on until the job has ended', async option => {
    const gate = makeGate(sandbox, `gate${option}`);
    const text = `for i in 1 2 3; do echo $i; done; ${gate.pass}; echo end; exit 7`;
    const running = unread(['run', option, '--name', 'job', '-c', text], ['stdout']);
    await gate.open();
    const {code, stderr} = await running;
    expect(code).toBe(7);
    expect(stderr).toContain('stint: job failed with exit code 7\n');
  });

  it('doctor still gives its verdict', async () => {
    const open = `${sandbox.root}/open`;
    mkdirSync(open, {mode: 0o755});
    const told = await shell(sandbox, 'exec 3>&1; { stint doctor; echo $? >&3; } | { exec <&-; true; }', [], {
      env: {STINT_STATE_DIR: open},
    });
    expect(told.stdout.toString()).toBe('1\n');
  });
});

describe.skipIf(!existsSync('/dev/full'))('where stdout is a full disk', () => {
  const FULL = 'Cannot write to stdout: the disk is full.';

  it.each([...DATA, ...OTHERS])('stint %s fails and says so', async line => {
    const {code, stderr} = await shell(sandbox, 'exec "$NODE" "$STINT" "$@" >/dev/full', line.split(' '));
    expect(code).toBe(1);
    expect(stderr).toContain(FULL);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('run names what it submitted', async () => {
    const {stderr} = await shell(sandbox, 'stint run --json --name lost -- true >/dev/full');
    const [, address = ''] = /"message":"([0-9a-f]{12}:lost) was submitted\. Cannot/.exec(stderr) ?? [];
    expect((await sandbox.stint(['wait', address])).code).toBe(0);
  });

  it('what gives the code of a job never succeeds', async () => {
    const codes = ['wait --json failed', 'run --wait --json -- true', 'run -f -- echo x', 'run -f -- false'];
    const ends = await Promise.all(codes.map(line => shell(sandbox, `stint ${line} >/dev/full`)));
    expect(ends.map(({code}) => code)).toEqual([3, 125, 125, 1]);
  });

  it('what is for people may be lost', async () => {
    const {code} = await shell(sandbox, 'stint wait failed 2>/dev/full');
    expect(code).toBe(3);
  });
});
