/** Servers, which take no place and are not to end, and jobs that take more memory than they may. */
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {makeGate} from '../support/gate.ts';
import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

it('a service takes no place, and is a failure when it ends by itself', async () => {
  await sandbox.ok(['parallel', '1']);
  const gate = makeGate(sandbox);
  const notify = 'echo "$STINT_EVENT: $STINT_MESSAGE" >> "$OUT"';
  const env = {OUT: join(sandbox.root, 'told')};
  const service = ['--service', '--notify', notify, '--notify-on', 'failure'];
  await sandbox.submit(['--name', 'server', ...service, '-c', gate.pass], {env});
  await sandbox.submit(['--name', 'wanted', ...service, '--', 'sleep', '1000'], {env});
  await sandbox.ok(['run', '--wait', '--', 'true']);
  expect(await sandbox.ok(['ls'])).toMatch(/server +▶ running \(service\)/);
  expect(await sandbox.ok(['status', 'server'])).toContain(
    '  service    it takes no place, and is not to end by itself\n',
  );
  await gate.open();
  await sandbox.ok(['wait', 'server']);
  await sandbox.ok(['cancel', 'wanted']);
  await until(() => existsSync(env.OUT));
  expect(readFileSync(env.OUT, 'utf8')).toBe('failed: server completed; a service that nobody ended\n');
  expect(await sandbox.ok(['ls'])).toContain('✓ completed, unexpectedly');
  expect(await sandbox.ok(['status', 'server'])).toContain('it ended unexpectedly: nobody ended it');
  expect(await sandbox.ok(['status', 'wanted'])).not.toContain('unexpectedly');
  expect((await sandbox.list()).map(({name, service}) => [name, service])).toContainEqual(['server', true]);
});

it('a job that takes more memory than it may is ended, by the next coordinator as well', async () => {
  const hog = `const kept = []; require('fs').readFileSync(0); kept.push(Buffer.alloc(200e6, 1)); setInterval(() => kept, 1000)`;
  const limited = (name: string, limit: string) =>
    sandbox.submit(['--name', name, '--max-memory', limit, '--', process.execPath, '-e', hog]);
  await limited('large', '100MB');
  await limited('small', '5GB');
  await sandbox.killCoordinator();
  const {code, stderr} = await sandbox.stint(['wait', 'large']);
  expect(code).toBe(143);
  expect(stderr).toContain('large cancelled');
  const [large] = (await sandbox.list()).filter(({name}) => name === 'large');
  expect(large).toMatchObject({
    status: 'cancelled',
    message: expect.stringMatching(/^it took more memory than 95\.4 MiB: about \d+ MiB$/),
  });
  expect(await sandbox.ok(['ls', '--running', '--json'])).toContain('"name": "small"');
});
