import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  sandbox = new Sandbox();
  const config = join(sandbox.root, 'config');
  mkdirSync(join(config, 'stint'), {recursive: true});
  writeFileSync(join(config, 'stint', 'config.yml'), 'own_scope: true\n');
  env = {XDG_CONFIG_HOME: config, PATH: `${sandbox.root}:${process.env.PATH}`};
});
afterEach(() => sandbox.dispose());

/** What stands in for systemd: it says what it was asked for, and changes no cgroup. */
function putSystemdRun(text: string): void {
  const path = join(sandbox.root, 'systemd-run');
  writeFileSync(path, `#!/bin/sh\necho "$@" >> '${path}.asked'\n${text}\n`);
  chmodSync(path, 0o755);
}

const THAT_EXECUTES = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"';

async function findings(): Promise<{level: string; about: string; message: string}[]> {
  const {stdout} = await sandbox.stint(['doctor', '--json'], {env});
  return (JSON.parse(stdout) as {findings: {level: string; about: string; message: string}[]}).findings;
}

it('starts the coordinator by systemd-run where that is configured, and says that the cgroup is the same where it is', async () => {
  putSystemdRun(THAT_EXECUTES);
  expect((await sandbox.stint(['run', '--wait', '-c', 'exit 3'], {env})).code).toBe(3);
  const asked = readFileSync(join(sandbox.root, 'systemd-run.asked'), 'utf8');
  expect(asked).toMatch(/^--user --scope --quiet .*--unit=stint-[0-9a-f]+\.scope -- /);
  const found = await findings();
  expect(found.find(({about}) => about === 'cgroup')).toMatchObject({
    level: 'note',
    message: expect.stringMatching(/^own_scope is set, but the coordinator is in /),
  });
  expect(found.find(({level}) => level === 'problem')?.message).toMatch(
    /^leaving the cgroup of its starter fails since .*: systemd-run did not change the cgroup, which is \//,
  );
  await sandbox.killCoordinator();
  await sandbox.ok(['run', '--wait', '--', 'true'], {env});
  expect(readFileSync(join(sandbox.root, 'systemd-run.asked'), 'utf8').match(/--scope/g)).toHaveLength(2);
});

it.each([
  [
    'fails',
    'echo "Failed to connect to bus: No medium found" >&2; exit 1',
    'Failed to connect to bus: No medium found',
  ],
  ['hangs', 'exec sleep 60', 'systemd-run did not answer within 3 s'],
])('runs jobs all the same where systemd-run %s, and says so', async (_, text, reason) => {
  putSystemdRun(text);
  expect(await sandbox.ok(['run', '-f', '--', 'echo', 'done'], {env})).toContain('done');
  const [problem] = (await findings()).filter(({level}) => level === 'problem');
  expect(problem?.message.replace(/since [\d:]*\d/, 'since then')).toBe(
    `leaving the cgroup of its starter fails since then: ${reason}`,
  );
  expect(readFileSync(join(sandbox.state, 'coordinator.log'), 'utf8')).toContain(reason);
});
