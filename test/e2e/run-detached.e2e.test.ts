import {readFileSync} from 'node:fs';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {isRunning, Sandbox} from '../support/sandbox.ts';
import {shell} from '../support/shell.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

it.each(['HUP', 'INT', 'TERM', 'KILL'])(
  'neither job nor coordinator hear a SIG%s to the process group of who started them',
  async signal => {
    const gate = makeGate(sandbox);
    const ended = await shell(
      sandbox,
      `stint run --name job -c "$1; exit 6"; kill -${signal} 0; echo "not killed"`,
      [gate.pass],
    );
    expect([ended.signal, ended.stdout.toString()]).toEqual([
      `SIG${signal}`,
      expect.stringMatching(/^[0-9a-f]{12}:job\n$/),
    ]);
    await untilCounted(sandbox, {running: 1});
    const pid = await sandbox.coordinatorPid();
    const [job] = await sandbox.list();
    expect(job?.status).toBe('running');
    expect(isRunning(Number(job?.pid))).toBe(true);
    await gate.open();
    expect((await sandbox.stint(['wait', 'job'])).code).toBe(6);
    expect(await sandbox.coordinatorPid()).toBe(pid);
  },
);

it('puts coordinator and job into sessions of their own, without a terminal, outside the directory of the submitter', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['-c', gate.pass]);
  await untilCounted(sandbox, {running: 1});
  const coordinator = factsOf((await sandbox.coordinatorPid()) ?? 0);
  const job = factsOf(Number((await sandbox.list())[0]?.pid));
  expect(coordinator.session).toBe(coordinator.pid);
  expect(job.session).toBe(job.pid);
  expect([coordinator.terminal, job.terminal]).toEqual([0, 0]);
  const {stdout} = await shell(
    sandbox,
    `readlink /proc/${coordinator.pid}/cwd /proc/${coordinator.pid}/fd/[012]`,
  );
  expect(stdout.toString()).toBe('/\n/dev/null\n/dev/null\n/dev/null\n');
  await gate.open();
});

interface ProcessFacts {
  readonly pid: number;
  readonly session: number;
  readonly terminal: number;
}

function factsOf(pid: number): ProcessFacts {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [, , , session, terminal] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {pid, session: Number(session), terminal: Number(terminal)};
}
