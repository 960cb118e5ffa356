import {mkdirSync, rmdirSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {temporaryPlace} from '../../src/project/testing/temporary-repo.ts';
import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

it('tells all that is known about a job, with --json the same object as ls', async () => {
  const place = temporaryPlace();
  try {
    const cwd = place.makeRepo('repo');
    place.write('repo/new', '');
    const args = ['--name', 'job', '--tag', 'a', '--tag', 'b', '-c', 'echo x; kill -TERM $$'];
    const address = await sandbox.submit(args, {cwd});
    await sandbox.ok(['logs', '-f', address], {cwd});
    const text = await sandbox.ok(['status', 'job'], {cwd});
    expect(text.replace(/\d\d:\d\d:\d\d/g, 'TIME').replace(/ \d+ B /, ' SIZE ')).toMatch(
      new RegExp(
        [
          `^${address}`,
          '  status     ✗ failed',
          '  exit code  143 \\(perhaps ended by signal 15\\)',
          '  command    echo x; kill -TERM \\$\\$',
          `  directory  ${cwd}`,
          '  branch     main \\(with changes that are not committed\\)',
          '  commit     [0-9a-f]{40}',
          "  submitted  TIME   stint run --name job --tag a --tag b -c 'echo x; kill -TERM \\$\\$'",
          '  started    TIME',
          '  finished   TIME',
          '  took       [\\d.]+m?s',
          '  cpu        .*',
          '  tags       a, b',
          '(?:  kept       until .*\n)?  last lines x',
          '  log        SIZE   /.*/output.jsonl\n$',
        ].join('\n'),
      ),
    );
    const object = JSON.parse(await sandbox.ok(['status', address, '--json'], {cwd})) as unknown;
    expect(object).toEqual((await sandbox.list({cwd}))[0]);
  } finally {
    place.remove();
  }
});

it('tells of a running job its pid, and of one whose coordinator is gone what is true now', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'job', '-c', `${gate.pass}; exit 3`]);
  await untilCounted(sandbox, {running: 1});
  const running = JSON.parse(await sandbox.ok(['status', 'job', '--json'])) as Record<string, unknown>;
  expect(running).toMatchObject({status: 'running', exit_code: null, finished_at: null, closed_at: null});
  expect(await sandbox.ok(['status', 'job'])).toContain(`\n  pid        ${running.pid}\n`);
  await sandbox.killCoordinator();
  expect(await sandbox.ok(['status', 'job'])).toContain('  status     ▶ running\n');
  await gate.open();
  await sandbox.stint(['wait', 'job']);
  expect(await sandbox.ok(['status', 'job'])).toContain('  exit code  3\n');
});

it('tells why a job has no exit code', async () => {
  await sandbox.stint(['run', '--wait', '--name', 'job', '-c', 'kill -KILL $PPID; sleep 0.1']);
  const text = await sandbox.ok(['status', 'job']);
  expect(text).toContain('  status     ! crashed\n');
  expect(text).toContain('  reason     its wrapper was killed before it could write the exit code');
  expect(text).not.toContain('exit code  ');
});

it('says when the directory of a queued job was gone before it could start', async () => {
  const gate = makeGate(sandbox);
  const gone = join(sandbox.work, 'gone');
  mkdirSync(gone);
  await sandbox.ok(['parallel', '1']);
  await sandbox.submit(['--name', 'holds', '-c', gate.pass]);
  const address = await sandbox.submit(['--cwd', 'gone', '--', 'true']);
  rmdirSync(gone);
  await gate.open();
  const {code, stderr} = await sandbox.stint(['wait', address]);
  expect([code, stderr]).toEqual([
    125,
    `stint: true crashed: it could not be started: its directory ${gone} is gone\n`,
  ]);
});

it('tells how such a job fared before, and of several jobs one below the other', async () => {
  for (const code of [0, 3, 0])
    await sandbox.stint(['run', '--wait', '--name', 'often', '-c', `echo said ${code}; exit ${code}`]);
  await sandbox.stint(['run', '--wait', '--name', 'once', '-c', 'printf "a\\nb\\n\\n"; exit 1']);
  const text = await sandbox.ok(['status', 'often', 'once']);
  const [often = '', once = ''] = text.split('\n\n');
  expect(often).toMatch(/\n {2}usually {4}.*, in 2 runs that completed\n/);
  expect(often).toContain('\n  lately     1 of the last 3 runs failed\n');
  expect(often).toMatch(
    /\n {2}before {5}[0-9a-f]{6} {2}✗ failed \(3\) {2}..:..:.. {2}took .*\n {13}[0-9a-f]{6} {2}✓ completed {2}/,
  );
  expect(often).not.toContain('last lines');
  expect(once).toMatch(/\n {2}last lines a\n {13}b\n/);
  expect(once).not.toMatch(/lately|before|usually/);
  const both = JSON.parse(await sandbox.ok(['status', 'often', 'once', '--json'])) as {name: string}[];
  expect(both.map(({name}) => name)).toEqual(['often', 'once']);
});
