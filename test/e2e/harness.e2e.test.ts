/** What a harness does to all that it started, by whichever sign it finds that: jobs and coordinator go on. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {isRunning, Sandbox, STINT, until} from '../support/sandbox.ts';
import {bytesOf} from '../support/shell.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const MARKER = 'RUNNER_TRACKING_ID';
/** Of this test alone: what has it is killed. */
const marked = () => `${MARKER}=github_${sandbox.root}`;

/** In a session of its own (for its group see `run-detached`), with a background process in a group of its own; submits a job by way of a shell. */
const HARNESS = `set -m; sleep 1000 & "$0" "$1" run --name job -c "$2; env; exit 6"; wait`;

describe('a harness that ends', () => {
  it.each<[string, (found: Facts, harness: number) => boolean]>([
    ['its session', ({session}, harness) => session === harness],
    ['what has its marker', ({environment}) => environment.includes(marked())],
  ])('%s ends neither job nor coordinator', async (_, isMeant) => {
    const gate = makeGate(sandbox);
    const child = spawn('sh', ['-c', HARNESS, process.execPath, STINT, gate.pass], {
      cwd: sandbox.work,
      env: {...sandbox.environment(), [MARKER]: marked().slice(MARKER.length + 1)},
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    await once(child.stdout, 'data');
    await untilCounted(sandbox, {running: 1});
    const harness = child.pid ?? 0;
    const coordinator = (await sandbox.coordinatorPid()) ?? 0;
    const [job] = await sandbox.list();
    const meant = processes().filter(each => isMeant(each, harness));
    expect(meant.map(({pid}) => pid)).toContain(harness);
    for (const {pid} of meant) process.kill(pid, 'SIGKILL');
    await until(() => !isRunning(harness));
    expect([isRunning(coordinator), isRunning(Number(job?.pid))]).toEqual([true, true]);
    await gate.open();
    expect((await sandbox.stint(['wait', 'job'])).code).toBe(6);
    expect(await sandbox.ok(['logs', 'job'])).not.toContain(MARKER);
  });
});

describe('drop_env in the configuration', () => {
  const variables = {MINE: '1', MINE_TOO: '2', STINT_MARK: '3', [MARKER]: '4'};

  /** Which of these variables a job gets, and the coordinator that is started for it. */
  async function handedOn(text: string, args: readonly string[] = []): Promise<[string, string]> {
    mkdirSync(join(sandbox.root, 'config', 'stint'), {recursive: true});
    writeFileSync(join(sandbox.root, 'config', 'stint', 'config.yml'), text);
    const env = {...variables, XDG_CONFIG_HOME: join(sandbox.root, 'config')};
    await sandbox.ok(['run', '--wait', '--name', 'env', ...args, '--', 'cat', '/proc/self/environ'], {env});
    const job = (await bytesOf(sandbox, ['logs', 'env', '--raw'])).toString('latin1');
    const coordinator = readFileSync(`/proc/${await sandbox.coordinatorPid()}/environ`, 'latin1');
    const kept = (entries: string) =>
      Object.keys(variables)
        .filter(name => entries.split('\0').some(each => each.startsWith(`${name}=`)))
        .join();
    return [kept(job), kept(coordinator)];
  }

  it('names what neither job nor coordinator gets, in the place of the default, but for what --env sets', async () => {
    expect(await handedOn('drop_env: [MINE, MINE_TOO, STINT_MARK]\n', ['--env', 'MINE=5'])).toEqual([
      `MINE,${MARKER}`,
      '',
    ]);
  });

  it('is refused where it is no list of names', async () => {
    await expect(handedOn('drop_env: MINE\n')).rejects.toThrow(
      'drop_env is no list of names of variables, such as [RUNNER_TRACKING_ID]',
    );
  });
});

interface Facts {
  readonly pid: number;
  readonly session: number;
  readonly environment: readonly string[];
}

function processes(): Facts[] {
  return readdirSync('/proc').flatMap(name => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const environment = readFileSync(`/proc/${name}/environ`, 'latin1').split('\0');
      const [, , , session] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      return [{pid: Number(name), session: session ?? 0, environment}];
    } catch {
      return []; // no process, or gone, or not ours
    }
  });
}
