/** The coordinator's socket is removed, moved or replaced while a job runs. */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {Client} from '../../src/coordinator/client/index.ts';
import {type Gate, makeGate} from '../support/gate.ts';
import {removeAtOnce} from '../support/remove-at-once.ts';
import {isRunning, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
let gate: Gate;
beforeEach(() => {
  sandbox = new Sandbox();
  gate = makeGate(sandbox);
});
afterEach(() => sandbox.dispose());

/** Well below the ten seconds after which a client gives up. */
const SOON_MS = 5000;

const socketPath = () => join(sandbox.state, 'coordinator.sock');
const isSocket = (path: string) => lstatSync(path, {throwIfNoEntry: false})?.isSocket() === true;

it.each<[string, () => void]>([
  ['removed', () => rmSync(socketPath())],
  ['moved away', () => renameSync(socketPath(), join(sandbox.state, 'away'))],
  [
    'replaced by a file',
    () => {
      const file = join(sandbox.state, 'not-a-socket');
      writeFileSync(file, 'not a socket');
      renameSync(file, socketPath()); // at once: a removed socket is made anew at any moment
    },
  ],
])('listens anew when its socket is %s: commands work, and who waits goes on waiting', async (_, sweep) => {
  const address = await sandbox.submit(['-c', gate.pass]);
  const pid = await sandbox.coordinatorPid();
  const client = new Client({state: sandbox.state});
  await client.connect();
  let closed = false;
  (await client.connect()).onceClosed(() => {
    closed = true;
  });
  sweep();
  await until(() => isSocket(socketPath()), SOON_MS);
  expect(await sandbox.coordinatorPid()).toBe(pid);
  expect(await sandbox.ok(['ls'])).toContain('running');
  expect(closed).toBe(false);
  await gate.open();
  expect((await sandbox.stint(['wait', address])).code).toBe(0);
  client.close();
});

it('makes the short place of a long path anew when that was swept away, privately', async () => {
  const temporary = join(sandbox.root, 't');
  mkdirSync(temporary);
  const state = join(sandbox.root, 'x'.repeat(100));
  const env = {STINT_STATE_DIR: state, TMPDIR: temporary};
  const address = await sandbox.submit(['-c', gate.pass], {env});
  const socket = readFileSync(join(state, 'coordinator.addr'), 'utf8').trim();
  expect(dirname(dirname(socket))).toBe(temporary);
  removeAtOnce(sandbox, dirname(socket));
  await until(() => isSocket(socket), SOON_MS);
  expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700);
  removeAtOnce(sandbox, temporary); // with all that is in it, and nothing can be made there any more
  await until(() => readFileSync(join(state, 'coordinator.addr'), 'utf8').startsWith('/tmp/stint-'), SOON_MS);
  await gate.open();
  expect((await sandbox.stint(['wait', address], {env})).code).toBe(0);
  const place = dirname(readFileSync(join(state, 'coordinator.addr'), 'utf8').trim());
  expect((await sandbox.stint(['shutdown'], {env})).code).toBe(0);
  rmSync(place, {recursive: true, force: true});
});

it('leaves when its lock was removed as well, and the next one takes its jobs over', async () => {
  const address = await sandbox.submit(['-c', gate.pass]);
  const pid = (await sandbox.coordinatorPid()) ?? 0;
  rmSync(join(sandbox.state, 'coordinator.lock'));
  rmSync(socketPath());
  await until(() => !isRunning(pid), SOON_MS);
  expect(await sandbox.ok(['ls'])).toContain('running');
  expect(await sandbox.coordinatorPid()).not.toBe(pid);
  await gate.open();
  expect((await sandbox.stint(['wait', address])).code).toBe(0);
  expect(readdirSync(sandbox.state)).not.toContain('coordinator.new');
});
