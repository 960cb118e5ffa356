import {existsSync, readdirSync, rmSync, utimesSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {acquireOsLock, JOBS_SCHEMA, sqliteDriver} from '../../src/store/index.ts';
import {openDatabase} from '../../src/store/testing/open-database.ts';
import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {removeAtOnce} from '../support/remove-at-once.ts';
import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const SQLITE = `${sqliteDriver().version()}, from ${sqliteDriver().name}`;

/** Told on Linux only. */
const CGROUP = process.platform === 'linux' ? {cgroup: expect.stringMatching(/^the coordinator is in /)} : {};

interface Finding {
  readonly level: string;
  readonly about: string;
  readonly message: string;
  readonly hint?: string;
}

it('finds nothing wrong before anything was run, and makes nothing', async () => {
  const {code, findings} = await examine();
  expect(code).toBe(0);
  expect(findings).toEqual([
    {level: 'ok', about: 'version', message: expect.stringMatching(/^stint \d.*, Node \d/)},
    {level: 'ok', about: 'sqlite', message: SQLITE},
    {level: 'note', about: 'state', message: `${sandbox.state} does not exist yet: nothing was ever run`},
  ]);
  expect(existsSync(sandbox.state)).toBe(false);
});

it('finds nothing wrong with a coordinator, a running job and a finished one', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--wait', '--', 'true']);
  const address = await sandbox.submit(['--name', 'runs', '-c', gate.pass]);
  await untilCounted(sandbox, {running: 1, open: 1});
  const {code, findings} = await examine();
  expect(code).toBe(0);
  expect(findings.every(({level}) => level === 'ok')).toBe(true);
  const told = Object.fromEntries(findings.map(({about, message}) => [about, message]));
  expect(told).toEqual({
    version: expect.any(String),
    sqlite: SQLITE,
    state: `${sandbox.state} (private)`,
    disk: expect.stringMatching(/ free$/),
    coordinator: expect.stringMatching(
      new RegExp(
        `^pid ${await sandbox.coordinatorPid()}, stint .*; 1 running, 0 queued, 1 open, \\d+ at once$`,
      ),
    ),
    lock: 'held by the coordinator',
    socket: expect.stringMatching(/^\//),
    ...CGROUP,
    repository: `${sandbox.work}: database private, schema ${JOBS_SCHEMA.version}`,
    job: `${address} running`,
    used: expect.stringMatching(/: 2 jobs take .* at least 16 KiB for each, whatever it prints/),
    jobs: '1 unfinished, in 1 repository',
  });
  const text = await sandbox.ok(['doctor']);
  // The coordinator has been up for longer by then, and others write to the disk.
  for (const {about, message} of findings.filter(
    ({about: what}) => !['coordinator', 'disk'].includes(what),
  )) {
    expect(text).toContain(`ok       ${about.padEnd(12)} ${message}`);
  }
  await gate.open();
});

it('finds nothing wrong when a coordinator was killed and nothing is left to do', async () => {
  await sandbox.ok(['logs', '-f', await sandbox.submit(['--', 'true'])]);
  await sandbox.killCoordinator();
  const {code, findings} = await examine();
  expect(code).toBe(0);
  expect(findings.find(({about}) => about === 'coordinator')).toEqual({
    level: 'ok',
    about: 'coordinator',
    message: 'none is running, none is needed; a socket of a killed one is left over, which does not matter',
  });
});

it('tells of unfinished jobs without a coordinator, and starts none', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'runs', '-c', gate.pass]);
  await untilCounted(sandbox, {running: 1});
  await sandbox.killCoordinator();
  const {code, findings} = await examine();
  expect([code, findings.filter(({level}) => level !== 'ok')]).toEqual([
    0,
    [
      {
        level: 'note',
        about: 'coordinator',
        message: expect.stringMatching(/^none is running although jobs are unfinished/),
        hint: 'The next stint ls, wait or run starts one. The jobs themselves go on.',
      },
    ],
  ]);
  expect(await sandbox.coordinatorPid()).toBeUndefined();
  await gate.open();
  await sandbox.ok(['wait', 'runs']);
});

it.each<[string, () => Promise<unknown> | unknown, string, string]>([
  [
    'the lock was deleted under a coordinator',
    () => rmSync(join(sandbox.state, 'coordinator.lock')),
    'nobody holds the lock although a coordinator answers',
    'Run: kill ',
  ],
  [
    'somebody holds the lock and does not answer',
    async () => {
      await sandbox.killCoordinator();
      lock = acquireOsLock(join(sandbox.state, 'coordinator.lock'), 1000);
    },
    'one holds the lock but does not answer',
    'Look at ',
  ],
  [
    'the directory of a running job is gone',
    () => removeAtOnce(sandbox, jobDirectory('runs')),
    'runs has no directory any more',
    'how it ends cannot be known any more',
  ],
  [
    'the database is gone',
    async () => {
      await sandbox.killCoordinator();
      removeDatabase();
    },
    'coordinator.db is gone or empty, although 2 invocations have directories.',
    'Run: stint doctor --repair',
  ],
  [
    'rows are gone',
    async () => {
      await sandbox.ok(['wait', 'done']);
      const db = openDatabase(databasePath());
      db.exec('PRAGMA foreign_keys = ON');
      db.exec("DELETE FROM invocations WHERE id IN (SELECT invocation_id FROM jobs WHERE name = 'done')");
      db.close();
      utimesSync(join(jobDirectory('done'), '..'), 1, 1);
    },
    '1 invocation has a directory but no row: ',
    'Run: stint doctor --repair',
  ],
])('finds that %s', async (_, harm, message, hint) => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'done', '--', 'true']);
  await sandbox.submit(['--name', 'runs', '-c', gate.pass]);
  await untilCounted(sandbox, {running: 1, open: 1});
  await until(() => existsSync(join(jobDirectory('runs'), 'output.jsonl')));
  await harm();
  try {
    const {code, findings} = await examine();
    expect([code, findings.filter(({level}) => level === 'problem')]).toEqual([
      1,
      [
        expect.objectContaining({
          message: expect.stringContaining(message),
          hint: expect.stringContaining(hint),
        }),
      ],
    ]);
    const {code: again, stdout} = await sandbox.stint(['doctor']);
    expect([again, stdout]).toEqual([1, expect.stringMatching(/^PROBLEM {2}/m)]);
  } finally {
    lock?.release();
    lock = undefined;
  }
  await gate.open();
});

it('rebuilds a deleted database equal to the lost one, while jobs run and wait', async () => {
  const gate = makeGate(sandbox);
  const more = makeGate(sandbox, 'more');
  await sandbox.ok(['parallel', '1']);
  await sandbox.ok(['run', '--wait', '--name', 'good', '--tag', 'a', '--sample', '3', '--', 'seq', '1', '9']);
  await sandbox.stint(['run', '--wait', '--name', 'bad', '-c', 'exit 7']);
  await sandbox.stint(['run', '--wait', '--name', 'crashed', '-c', 'kill -9 $PPID']);
  await sandbox.ok([
    'run',
    '--name',
    'awkward: "ü"',
    '--wait',
    '--env',
    'A_KEY=secret',
    '--',
    'echo',
    "it's",
  ]);
  await untilCounted(sandbox, {open: 0});
  await sandbox.submit(['--name', 'runs', '-c', `${gate.pass}; ${more.pass}; exit 5`]);
  await sandbox.submit(['--name', 'waits', '-c', 'exit 6']);
  await untilCounted(sandbox, {running: 1, queued: 1, open: 2});
  const before = await dump();
  await sandbox.killCoordinator();
  removeDatabase();
  const repaired = await sandbox.stint(['doctor', '--repair']);
  expect(repaired.stdout).toMatch(/^ok +repaired +[0-9a-f]{16}: 6 jobs, 2 of them unfinished\n/);
  expect(repaired.code).toBe(0);
  await untilCounted(sandbox, {running: 1, queued: 1, open: 2});
  expect(await dump()).toEqual(before);
  await gate.open();
  await more.open();
  expect((await sandbox.stint(['wait', 'runs'])).code).toBe(5);
  expect((await sandbox.stint(['wait', 'waits'])).code).toBe(6);
});

it('repairs what is sound without a change, and leaves the coordinator its jobs', async () => {
  const gate = makeGate(sandbox);
  await sandbox.ok(['run', '--wait', '--name', 'good', '--', 'echo', 'x']);
  await sandbox.submit(['--name', 'runs', '-c', `${gate.pass}; exit 5`]);
  await untilCounted(sandbox, {running: 1, open: 1});
  const before = await dump();
  const {code, stdout} = await sandbox.stint(['doctor', '--repair', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    findings: expect.arrayContaining([expect.objectContaining({level: 'ok', about: 'repaired'})]),
  });
  expect(await dump()).toEqual(before);
  await gate.open();
  expect((await sandbox.stint(['wait', 'runs'])).code).toBe(5);
});

it('does not run again, nor forget, a finished job whose log somebody removed', async () => {
  await sandbox.ok(['run', '--wait', '--name', 'once', '-c', 'echo x >> runs']);
  await sandbox.ok(['logs', '-f', 'once']);
  const before = await dump();
  rmSync(join(jobDirectory('once'), 'output.jsonl'));
  expect((await sandbox.stint(['doctor', '--repair'])).code).toBe(0);
  expect(await dump()).toEqual(before);
  const count = await sandbox.submit(['--wait', '--', 'wc', '-l', 'runs']);
  expect(await sandbox.ok(['logs', count])).toBe('1 runs\n');
});

it('repairs nothing where nothing was ever run', async () => {
  const {code, stdout} = await sandbox.stint(['doctor', '--repair']);
  expect([code, stdout]).toEqual([0, expect.stringContaining('nothing was ever run')]);
  expect(existsSync(sandbox.state)).toBe(false);
});

let lock: {release(): void} | undefined;

async function examine(): Promise<{code: number | null; findings: readonly Finding[]}> {
  const {code, stdout, stderr} = await sandbox.stint(['doctor', '--json']);
  expect(stderr).toBe('');
  const {ok, findings} = JSON.parse(stdout) as {ok: boolean; findings: Finding[]};
  expect(ok).toBe(code === 0);
  return {code, findings};
}

async function dump(): Promise<readonly string[]> {
  return Promise.all(['jobs', 'invocations', 'repo_policy'].map(table => sandbox.ok(['dump-store', table])));
}

function repoDirectory(): string {
  const [repo = ''] = readdirSync(join(sandbox.state, 'repos'));
  return join(sandbox.state, 'repos', repo);
}

function databasePath(): string {
  return join(repoDirectory(), 'coordinator.db');
}

function removeDatabase(): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(databasePath() + suffix, {force: true});
}

function jobDirectory(name: string): string {
  const jobs = join(repoDirectory(), 'jobs');
  const invocation = readdirSync(jobs).find(id => existsSync(join(jobs, id, name))) ?? '';
  return join(jobs, invocation, name);
}
