/** A coordinator that is there and does not answer. In test/long because clients are patient with one. */
import {rmSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {type Gate, makeGate} from '../support/gate.ts';
import {isRunning, Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
let gate: Gate;
beforeEach(() => {
  sandbox = new Sandbox();
  gate = makeGate(sandbox);
});
afterEach(() => sandbox.dispose());

it('is named by its pid by doctor, shutdown and others while it hangs', async () => {
  await sandbox.submit(['-c', gate.pass]);
  const pid = (await sandbox.coordinatorPid()) ?? 0;
  process.kill(pid, 'SIGSTOP');
  const [doctor, shutdown] = await Promise.all([
    sandbox.stint(['doctor']),
    sandbox.stint(['shutdown', '--json']),
  ]);
  expect(doctor).toMatchObject({code: 1, stdout: expect.stringContaining(`The coordinator (pid ${pid})`)});
  expect(JSON.parse(shutdown.stdout)).toEqual({was_running: true, left_running: null, cancelled: 0});
  expect(shutdown).toMatchObject({code: 1, stderr: expect.stringContaining(`kill -9 ${pid}`)});
  process.kill(pid, 'SIGCONT');
});

it('is not said to be missing while it holds the lock and nobody listens', async () => {
  await sandbox.submit(['-c', gate.pass]);
  const pid = (await sandbox.coordinatorPid()) ?? 0;
  process.kill(pid, 'SIGSTOP');
  rmSync(join(sandbox.state, 'coordinator.sock'));
  const [doctor, parallel] = await Promise.all([sandbox.stint(['doctor']), sandbox.stint(['parallel'])]);
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toContain(`The coordinator (pid ${pid}) holds the lock but does not answer at`);
  expect(parallel.code).toBe(1);
  expect(parallel.stderr).toContain(`The coordinator (pid ${pid}) holds the lock of ${sandbox.state}`);
  const shutdown = sandbox.stint(['shutdown']); // goes on waiting while it listens anew
  process.kill(pid, 'SIGCONT');
  expect((await shutdown).code).toBe(0);
  expect(isRunning(pid)).toBe(false);
});
