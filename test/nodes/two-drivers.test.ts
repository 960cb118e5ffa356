/** The same databases under two Nodes, of which one has a SQLite of its own and the other the package: after each other and at once. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';

import {type ChildProgram, childProgram} from '../../src/platform/testing/child-program.ts';
import {JOBS_SCHEMA, sqliteDriver} from '../../src/store/index.ts';
import {firstValue, openDatabase} from '../../src/store/testing/open-database.ts';
import {makeGate} from '../support/gate.ts';
import {Sandbox, STINT} from '../support/sandbox.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'on-node.mjs');
const {directoryOf} = (await import(pathToFileURL(SCRIPT).href)) as {directoryOf: (major: number) => string};

const OWN = process.execPath;
const isOwnSqlite = sqliteDriver().name === 'node:sqlite';
const OTHER = join(directoryOf(isOwnSqlite ? 20 : 26), 'node');
const PAIRS = [
  [OWN, OTHER],
  [OTHER, OWN],
] as const;

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** An `events append` that is given lines for as long as it takes them. */
function appender(node: string, name: string) {
  const child = spawn(node, [STINT, 'events', 'append', 'log', '--kind', 'line', '--text', '--json'], {
    cwd: sandbox.work,
    env: sandbox.environment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let answers = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answers += text;
  });
  child.stdin.on('error', () => undefined); // of the one that is killed
  return {
    give: (from: number, to: number) => {
      for (let at = from; at < to; at++) child.stdin.write(`${name} ${at}\n`);
    },
    /** Ids of what it answered for, when it has ended. */
    ids: async () => {
      child.stdin.end();
      await closed;
      return answers
        .split('\n')
        .slice(0, -1)
        .map(line => (JSON.parse(line) as {id: number}).id);
    },
    answered: () => once(child.stdout, 'data'),
    kill: () => child.kill('SIGKILL'),
  };
}

it('there are two drivers here', async () => {
  const drivers = await Promise.all(
    [OWN, OTHER].map(async node => {
      const {sqlite} = JSON.parse(await sandbox.ok(['version', '--json'], {node})) as {
        sqlite: {driver: string};
      };
      return sqlite.driver;
    }),
  );
  expect(drivers.sort()).toEqual(['better-sqlite3', 'node:sqlite']);
});

it('what was compiled for one Node is not loaded by the other', async () => {
  const [young, env] = [isOwnSqlite ? OWN : OTHER, {NODE_OPTIONS: '--no-experimental-sqlite'}];
  const {code, stderr} = await sandbox.stint(['events', 'append', 'log', '{"kind":"a","payload":1}'], {
    node: young,
    env,
  });
  expect([code, stderr.trimEnd().split('\n').length]).toEqual([1, 2]);
  expect(stderr).toContain('the package better-sqlite3 beside stint was compiled for another Node.');
});

describe('an event log', () => {
  it('that both append to at once, two of whom are killed, has every entry once and ids without gaps', async () => {
    const all = [OWN, OTHER, OWN, OTHER].map((node, at) => appender(node, `writer-${at}`));
    for (const each of all) each.give(0, 200);
    await Promise.all(all.slice(2).map(each => each.answered()));
    for (const each of all.slice(2)) each.kill();
    for (const each of all.slice(0, 2)) each.give(200, 400);
    const ids = (await Promise.all(all.map(each => each.ids()))).flat();
    const [own, other] = await Promise.all(
      [OWN, OTHER].map(node => sandbox.ok(['events', 'read', 'log', '--limit', '2000'], {node})),
    );
    expect(other).toBe(own);
    const entries = (own ?? '')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as {id: number; payload: string});
    expect(entries.map(({id}) => id)).toEqual(entries.map((_, at) => at + 1));
    expect(new Set(entries.map(({payload}) => payload)).size).toBe(entries.length);
    expect(new Set(ids).size).toBe(ids.length); // none was answered for twice
    expect(Math.max(...ids)).toBeLessThanOrEqual(entries.length);
    for (const at of [0, 1])
      expect(
        entries.filter(({payload}) => payload.startsWith(`writer-${at} `)).map(({payload}) => payload),
      ).toEqual(Array.from({length: 400}, (_, line) => `writer-${at} ${line}`));
    for (const node of [OWN, OTHER]) await sandbox.ok(['events', 'verify'], {node});
  });

  it.each(PAIRS)(
    'that one wrote with hashes is followed up by the other, and whole for both',
    async (first, second) => {
      for (const [at, node] of [first, second, first].entries())
        await sandbox.ok(['events', 'append', 'log', '--chain', '--kind', 'step', String(at)], {node});
      for (const node of [first, second]) {
        expect(await sandbox.ok(['events', 'verify', 'log', '--json'], {node})).toContain('"ok": true');
        await sandbox.ok(['events', 'ack', 'log', 'mailer', node === first ? '1' : '2'], {node});
      }
      await sandbox.ok(['events', 'compact', 'log', '--keep', '1'], {node: second});
      expect(JSON.parse(await sandbox.ok(['events', 'read', 'log'], {node: first}))).toMatchObject({
        id: 3,
        payload: 2,
      });
    },
  );
});

describe('jobs', () => {
  it.each(PAIRS)(
    'whose coordinator was killed are taken over under the other Node, and ended there',
    async (first, second) => {
      const gate = makeGate(sandbox);
      await sandbox.ok(['run', '--wait', '--name', 'before', '--', 'echo', 'one'], {node: first});
      await sandbox.submit(['--name', 'job', '-c', `echo two; ${gate.pass}; exit 3`], {node: first});
      await sandbox.killCoordinator(); // what it committed is in the write-ahead log
      const listed = await sandbox.list({node: second});
      expect(listed.map(({name, status}) => [name, status])).toEqual([
        ['job', 'running'],
        ['before', 'completed'],
      ]);
      await gate.open();
      expect((await sandbox.stint(['wait', 'job'], {node: first})).code).toBe(3);
      await sandbox.killCoordinator();
      const [own, other] = await Promise.all(
        PAIRS[0].map(node => sandbox.ok(['dump-store', 'jobs'], {node})),
      );
      expect(other).toBe(own);
      for (const node of PAIRS[0]) expect((await sandbox.stint(['doctor'], {node})).code).toBe(0);
    },
  );

  it('that both submit at once have one coordinator, and run once each', async () => {
    const nodes = Array.from({length: 8}, (_, at) => (at % 2 === 0 ? OWN : OTHER));
    const runs = nodes.map((node, at) =>
      sandbox.ok(['run', '--wait', '--name', `job-${at}`, '-c', `echo ${at} >> ${sandbox.root}/ran`], {node}),
    );
    await Promise.all(runs);
    const ran = readFileSync(join(sandbox.root, 'ran'), 'utf8').trimEnd().split('\n');
    expect(ran.sort()).toEqual(nodes.map((_, at) => String(at)));
    expect(await sandbox.list()).toHaveLength(nodes.length);
  });

  it.each(PAIRS)(
    'of an older store are brought up to date by one, and read by the other',
    async (first, second) => {
      await sandbox.ok(['run', '--wait', '--name', 'old', '--', 'true'], {node: first});
      await sandbox.killCoordinator();
      const [repo = ''] = readdirSync(join(sandbox.state, 'repos'));
      const path = join(sandbox.state, 'repos', repo, 'coordinator.db');
      const db = openDatabase(path);
      db.exec('DROP INDEX jobs_closed_by_status; DROP INDEX jobs_kept_from; DROP TABLE past_runs');
      const later = ['duration_ms', 'cpu_user_ms', 'cpu_system_ms', 'merged', 'cut_bytes', 'submitted_by'];
      const queue = ['priority', 'service', 'retries', 'queue_rank'];
      for (const column of [
        ...later,
        ...queue,
        'retention_ms',
        'retention_failed_ms',
        'kept_from',
        'pinned_at',
      ])
        db.exec(`ALTER TABLE jobs DROP COLUMN ${column}`);
      db.exec('PRAGMA user_version = 3');
      db.close();
      for (const node of [first, second])
        expect(await sandbox.list({node})).toMatchObject([{name: 'old', status: 'completed'}]);
      const migrated = openDatabase(path, {readonly: true});
      expect(firstValue(migrated, 'PRAGMA user_version')).toBe(JOBS_SCHEMA.version);
      migrated.close();
    },
  );
});

describe('a lock', () => {
  let program: ChildProgram;
  beforeAll(async () => {
    program = await childProgram(`
      import {acquireOsLock, isOsLockHeld} from 'SRC/store/index.ts';
      console.log(isOsLockHeld(process.argv[2]));
      const lock = acquireOsLock(process.argv[2], 0);
      console.log(lock === undefined ? 'refused' : 'held');
      setInterval(() => lock, 60_000);`);
  });
  afterAll(() => program.remove());

  it.each(PAIRS)(
    'that one holds is refused to the other until its holder is killed',
    async (first, second) => {
      const path = join(sandbox.root, 'lock');
      const holder = program.startOn(first, path);
      expect([await holder.line(), await holder.line()]).toEqual(['false', 'held']);
      const refused = program.startOn(second, path);
      expect([await refused.line(), await refused.line()]).toEqual(['true', 'refused']);
      await holder.kill();
      const next = program.startOn(second, path);
      expect([await next.line(), await next.line()]).toEqual(['false', 'held']);
    },
  );
});
