import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';

import {Client} from '../../src/coordinator/client/index.ts';
import {jobDirectories, recordsIn} from '../support/library-jobs.ts';
import {expectWholeLog} from '../support/log-check.ts';
import {copyPackageTree, ourVersion, type PackageTree} from '../support/package-tree.ts';
import {type Listed, PROGRAMS, Sandbox, STINT, until} from '../support/sandbox.ts';
import {TermCounters} from '../support/term-counters.ts';

const OURS = ourVersion();
const OLDER = '0.0.1';

/** A stint that differs in nothing but its version. */
let tree: PackageTree;
let older: string;
beforeAll(() => {
  tree = copyPackageTree(OLDER);
  older = tree.bin;
});
afterAll(() => tree.remove());

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const FIRST = `sh '${join(PROGRAMS, 'numbered-lines.sh')}' 50 0 0; until [ -e go ]; do sleep 0.02; done; exit 4`;
const SECOND = `exec sh '${join(PROGRAMS, 'numbered-lines.sh')}' 20 0 8`;

describe('a newer client that meets an older coordinator', () => {
  it('says so, and replaces it without losing a running or a queued job', async () => {
    await submitTwo(older);
    const before = await coordinator();
    expect(before.version).toBe(OLDER);

    const {code, stderr} = await sandbox.stint(['run', '--name', 'third', '--', 'true']);
    expect(code).toBe(0);
    expect(stderr).toContain(
      `the coordinator is stint ${OLDER}, older than this stint ${OURS}: it is replaced, its jobs go on`,
    );
    const after = await coordinator();
    expect(after.version).toBe(OURS);
    expect(after.pid).not.toBe(before.pid);
    await expectAllWhole(['first 4', 'second 8', 'third 0']);
  });

  it('replaces it in the middle of a cancel, which goes on: no second TERM, and KILL at the time that was set', async () => {
    const counters = new TermCounters(sandbox);
    await sandbox.ok(['run', '--name', 'job', '-c', counters.shellText], {bin: older});
    await counters.up();
    await sandbox.ok(['cancel', 'job', '--detach', '--grace', '4s'], {bin: older});
    await sandbox.ok(['ls']);
    expect((await coordinator()).version).toBe(OURS);
    expect(counters.running).not.toEqual([]);
    await sandbox.ok(['cancel', 'job', '--grace', '500ms']);
    expect(counters.running).toEqual([]);
    expect(Object.entries(counters.terms).filter(([, count]) => count !== 1)).toEqual([]);
  });

  it('does not disturb somebody who waits with the older one', async () => {
    await submitTwo(older);
    const waiting = sandbox.stint(['wait', 'first', 'second'], {bin: older});
    await until(async () => (await coordinator()).connections > 1);
    await sandbox.ok(['ls']);
    await until(async () => (await coordinator()).version === OURS);
    letGo();
    const {code, stderr} = await waiting;
    expect(code).toBe(4);
    expect(stderr).toContain(`the coordinator is stint ${OURS}, newer than this stint ${OLDER}`);
  });
});

describe('an older client that meets a newer coordinator', () => {
  it('says so and goes on', async () => {
    await submitTwo(STINT);
    const before = await coordinator();
    const {code, stderr} = await sandbox.stint(['run', '--name', 'third', '--', 'true'], {bin: older});
    expect(code).toBe(0);
    expect(stderr).toContain(
      `the coordinator is stint ${OURS}, newer than this stint ${OLDER}: consider upgrading`,
    );
    expect((await coordinator()).pid).toBe(before.pid);
    await expectAllWhole(['first 4', 'second 8', 'third 0']);
  });
});

describe('older and newer clients at once', () => {
  it('run every job once', async () => {
    const numbers = Array.from({length: 12}, (_, at) => at);
    const submitted = numbers.map(number =>
      sandbox.submit(
        ['--name', `job-${number}`, '-c', `echo ${number} >> '${sandbox.root}/ran'; exit ${number}`],
        {
          bin: number % 2 === 0 ? older : STINT,
        },
      ),
    );
    await sandbox.stint(['wait', ...(await Promise.all(submitted))]);
    const ran = readFileSync(join(sandbox.root, 'ran'), 'utf8').trim().split('\n').map(Number);
    expect(ran.sort((a, b) => a - b)).toEqual(numbers);
    expect(summary(await sandbox.list())).toEqual(numbers.map(number => `job-${number} ${number}`).sort());
    expect((await coordinator()).version).toBe(OURS);
  });
});

/** One job that runs until it is let go, and one that waits for it. */
async function submitTwo(bin: string): Promise<void> {
  await sandbox.ok(['parallel', '1'], {bin});
  await sandbox.submit(['--name', 'first', '-c', FIRST], {bin});
  await sandbox.submit(['--name', 'second', '-c', SECOND], {bin});
}

function letGo(): void {
  writeFileSync(join(sandbox.work, 'go'), '');
}

async function expectAllWhole(jobs: readonly string[]): Promise<void> {
  letGo();
  const names = jobs.map(job => job.split(' ')[0] ?? '');
  await sandbox.stint(['wait', ...names]);
  await until(async () => (await coordinator()).open === 0);
  expect(summary(await sandbox.list())).toEqual(jobs);
  const logOf = (name: string) =>
    recordsIn(jobDirectories(sandbox).find(path => path.endsWith(`/${name}`)) ?? '');
  expectWholeLog(logOf('first'), {lines: 50, exitCode: 4});
  expectWholeLog(logOf('second'), {lines: 20, exitCode: 8});
}

function summary(rows: readonly Listed[]): string[] {
  return rows.map(({name, exit_code}) => `${name} ${exit_code}`).sort();
}

/** Asks without wanting a certain version. */
async function coordinator() {
  const health = await new Client({state: sandbox.state}).health();
  if (health === undefined) throw new Error('no coordinator answers');
  return health;
}
