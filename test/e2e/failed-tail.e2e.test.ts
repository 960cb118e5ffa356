/** What is told of a job that did not complete, and of an input that no job gets. */
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {isInstalled} from '../support/programs.ts';
import {addressIn, Sandbox} from '../support/sandbox.ts';
import {shell} from '../support/shell.ts';
import {onTerminal} from '../support/terminal.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const FAILS = 'seq 1 30; printf "10%%\\r\\033[2J\\303\\251\\r" >&2; exit 3';
const LAST = [...Array.from({length: 19}, (_, at) => String(at + 12)), '\u001b[2Jé'];

it('shows its last lines and the command for the rest: run --wait and wait, for people and as JSON', async () => {
  const ran = await sandbox.stint(['run', '--wait', '--name', 'job', '-c', FAILS]);
  const address = addressIn(ran);
  const told = ['stint: job failed with exit code 3', ...LAST, `stint: the rest: stint logs ${address}`, ''];
  expect([ran.code, ran.stdout, ran.stderr.split('\n').slice(1)]).toEqual([3, '', told]);
  expect((await sandbox.stint(['wait', 'job'])).stderr).toBe(told.join('\n'));
  const facts = {status: 'failed', exit_code: 3, duration_secs: expect.any(Number), tail: LAST};
  const [listed] = await sandbox.list();
  const waited = await sandbox.stint(['wait', 'job', '--json']);
  expect([waited.stderr, JSON.parse(waited.stdout)]).toMatchObject([
    '',
    [{...facts, log: listed?.log, duration_secs: listed?.duration_secs}],
  ]);
  for (const option of ['--wait', '--follow', '--wait-up-to=1h']) {
    const {stdout, stderr} = await sandbox.stint(['run', option, '--json', '--name', 'job', '-c', FAILS]);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject(facts);
  }
});

it('shows all of a short output, nothing of none, and nothing of what completed or goes on', async () => {
  const short = await sandbox.stint(['run', '--wait', '--name', 'job', '-c', 'echo one; exit 1']);
  expect(short.stderr).toContain(`exit code 1\none\nstint: all of it: stint logs ${addressIn(short)}\n`);
  const none = await sandbox.stint(['run', '--wait', '--', 'false']);
  expect(none.stderr).toMatch(/\nstint: false failed with exit code 1\n$/);
  const good = await sandbox.stint(['run', '--wait', '--', 'echo', 'fine']);
  expect(good.stderr).toMatch(/\nstint: echo completed\n$/);
  const json = await sandbox.stint(['run', '--wait-up-to', '100ms', '--json', '-c', 'echo on; sleep 1000']);
  expect(JSON.parse(json.stdout)).toMatchObject({status: 'running', tail: null, log: expect.any(String)});
});

it('shows those of three jobs, and the commands for all others', async () => {
  const addresses: string[] = [];
  for (const name of ['a', 'b', 'c', 'd'])
    addresses.push(await sandbox.submit(['--name', name, '-c', `echo of ${name}; exit 1`]));
  await sandbox.stint(['wait', ...addresses]);
  const {stderr} = await sandbox.stint(['wait', ...addresses]);
  const told = addresses.flatMap((address, at) => [
    `stint: ${address.at(-1)} failed with exit code 1`,
    ...(at < 3 ? [`of ${address.at(-1)}`] : []),
    `stint: ${at < 3 ? 'all of it' : 'its output'}: stint logs ${address}`,
  ]);
  expect(stderr.split('\n')).toEqual([...told, '']);
});

it('cuts lines that are too long, between characters', async () => {
  const text = `printf 'x%.0s' $(seq 4094); printf '🚀🚀'; exit 1`;
  const {stdout} = await sandbox.stint(['run', '--wait', '--json', '-c', text]);
  expect(JSON.parse(stdout).tail).toEqual([`${'x'.repeat(4094)}…`]);
  const endless = await sandbox.stint([
    'run',
    '--wait',
    '--json',
    '-c',
    'echo a; yes | tr -d "\\n" | head -c 3000000; exit 1',
  ]);
  expect(JSON.parse(endless.stdout).tail).toEqual(['a', `${'y'.repeat(4095)}…`]);
});

it.skipIf(!isInstalled('python3'))('does not let them steer a terminal', async () => {
  const waiting = onTerminal(sandbox, [60, 24], ['run', '--wait', '--name', 'job', '-c', FAILS]);
  expect(await waiting.ended).toBe(3);
  expect(waiting.lines.at(-3)).toBe('\\x1b[2Jé');
});

describe('an input that no job gets', () => {
  const HINT = 'is not read: a job has no standard input';

  it.each([
    ['a pipe', 'echo x | stint run -- cat', 1],
    ['a file', 'echo x > file; (exec stint run -- cat < file)', 1],
    ['an empty file', ': > file; (exec stint run -- cat < file)', 0],
    ['one of a loop over a file', 'seq 2 > file; while read -r _; do stint run -- true; done < file', 0],
    ['one of a loop over a pipe', 'seq 2 | while read -r _; do stint run -- true; done', 0],
    ['nothing', 'stint run -- true < /dev/null; stint run -- true <&-', 0],
    ['for a program that reads JSON', 'echo x | stint run --json -- true', 0],
  ])('%s is hinted at, where it was meant for stint alone', async (_, script, hints) => {
    const direct = script.replaceAll('stint run', '"$NODE" "$STINT" run');
    const {code, stderr} = await shell(sandbox, direct);
    expect([code, stderr.split(HINT).length - 1]).toEqual([0, hints]);
  });

  it('is left for whoever comes next', async () => {
    const script = 'seq 3 | { read -r _; "$NODE" "$STINT" run -- true >&2; cat; }';
    expect((await shell(sandbox, script)).stdout.toString()).toBe('2\n3\n');
  });
});
