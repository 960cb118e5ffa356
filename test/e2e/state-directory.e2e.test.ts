import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {Connection} from '../../src/store/index.ts';
import {openDatabase} from '../../src/store/testing/open-database.ts';
import {Sandbox} from '../support/sandbox.ts';
import {shell} from '../support/shell.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** Commands that cannot do without the state directory or a database, and the code of each where stint itself fails. */
const COMMANDS: readonly (readonly [readonly string[], number])[] = [
  [['run', '--', 'true'], 1],
  [['run', '--wait', '--', 'true'], 125],
  [['run', '--follow', '--', 'true'], 125],
  [['ls'], 1],
  [['logs', 'job'], 1],
  [['wait', 'job'], 125],
  [['status', 'job'], 1],
  [['dump-store', 'jobs'], 1],
];
const PARALLEL: (typeof COMMANDS)[number] = [['parallel'], 1];
/** One that reads, one that submits, one that gives the code of a job. */
const SOME_COMMANDS = COMMANDS.filter(([[name]]) => name === 'ls' || name === 'wait' || name === 'run');

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Default: the code of a failure. */
  readonly exit?: number;
}

describe('a state directory that cannot be used', () => {
  it.each<[string, (path: string) => string, (path: string) => Refusal]>([
    [
      'is a file',
      path => {
        writeFileSync(path, '', {mode: 0o600});
        return path;
      },
      path => ({
        code: 'STATE_DIR_UNUSABLE',
        message: `The state directory ${path} is a file, not a directory.`,
        hint: 'Move that file away, or set STINT_STATE_DIR to another place.',
      }),
    ],
    [
      'lies in a file',
      path => {
        writeFileSync(path, '', {mode: 0o600});
        return join(path, 'below');
      },
      path => ({
        code: 'STATE_DIR_UNUSABLE',
        message: `Cannot use the state directory ${path}: a part of its path is a file.`,
        hint: 'set STINT_STATE_DIR to a directory of yours',
      }),
    ],
    [
      'is open to others',
      path => {
        mkdirSync(path);
        chmodSync(path, 0o755);
        return path;
      },
      path => ({
        code: 'PERMISSIONS_TOO_OPEN',
        message: `${path} can be read or written by others (mode 755).`,
        hint: `Run: chmod 700 '${path}'`,
        exit: 4,
      }),
    ],
    [
      'is a link in a circle',
      path => {
        symlinkSync(path, path);
        return path;
      },
      path => ({
        code: 'STATE_DIR_UNUSABLE',
        message: `Cannot use the state directory ${path}: its symbolic links go in a circle.`,
        hint: 'set STINT_STATE_DIR to a directory of yours',
      }),
    ],
    [
      'has a name that is too long',
      path => join(path, 'x'.repeat(300)),
      path => ({
        code: 'STATE_DIR_UNUSABLE',
        message: `Cannot use the state directory ${path}: the path is too long.`,
        hint: 'set STINT_STATE_DIR to a directory of yours',
      }),
    ],
  ])('is refused by every command when it %s', async (_, make, refusalAt) => {
    const path = make(join(sandbox.root, 'unusable'));
    await expectRefused(refusalAt(path), [...SOME_COMMANDS, PARALLEL], {STINT_STATE_DIR: path});
    await expectProblem(refusalAt(path), {STINT_STATE_DIR: path});
  });

  it('is one whose database is open to others', async () => {
    await prepare();
    const path = database();
    chmodSync(path, 0o640);
    const refusal: Refusal = {
      code: 'PERMISSIONS_TOO_OPEN',
      message: `${path} can be read or written by others (mode 640).`,
      hint: `Run: chmod 600 '${path}'`,
      exit: 4,
    };
    await expectRefused(refusal, COMMANDS);
    await expectProblem(refusal);
    chmodSync(path, 0o600);
    expect((await sandbox.list()).map(({name}) => name)).toEqual(['job']);
  });

  it('is one from which a link leads out', async () => {
    await prepare();
    const repos = join(sandbox.state, 'repos');
    renameSync(repos, join(sandbox.root, 'elsewhere'));
    symlinkSync(join(sandbox.root, 'elsewhere'), repos);
    const refusal: Refusal = {
      code: 'STATE_DIR_UNUSABLE',
      message: 'is a link that leads out of the state directory',
      hint: 'Replace the link by a real directory',
    };
    await expectRefused(refusal, SOME_COMMANDS);
    await expectProblem(refusal);
  });
});

describe('a state directory that is unusual', () => {
  it('may have a path that does not fit into a socket address', async () => {
    const path = join(sandbox.root, ...Array.from({length: 12}, (_, at) => `a-long-component-${at}`));
    expect(path.length).toBeGreaterThan(200);
    const env = {STINT_STATE_DIR: path};
    const address = await sandbox.submit(['--wait', '--', 'echo', 'x'], {env});
    expect(await sandbox.ok(['logs', '-f', address], {env})).toBe('x\n');
    const again = await sandbox.submit(['--', 'echo', 'y'], {env});
    expect((await sandbox.stint(['wait', again, address], {env})).code).toBe(0);
    expect(await sandbox.ok(['doctor'], {env})).toContain('held by the coordinator');
    expect(readFileSync(join(path, 'coordinator.addr'), 'utf8').trim().length).toBeLessThan(104);
  });

  it('may be named by a link, relatively, with blanks and other characters, and be made with its parents', async () => {
    const real = join(sandbox.root, 'a b', "it's", 'é🚀%');
    const link = join(sandbox.root, 'link');
    symlinkSync(real, link);
    mkdirSync(real, {recursive: true, mode: 0o700});
    const address = await sandbox.submit(['--wait', '--', 'echo', 'x'], {env: {STINT_STATE_DIR: link}});
    expect(await sandbox.ok(['logs', address], {env: {STINT_STATE_DIR: real}})).toBe('x\n');
    const relative = {STINT_STATE_DIR: '../new/of its own'};
    expect(await sandbox.ok(['ls', '--json'], {env: relative})).toBe('[]\n');
    expect(existsSync(join(sandbox.root, 'new'))).toBe(false);
    await sandbox.ok(['run', '--wait', '--', 'true'], {env: relative});
    expect(await sandbox.list({env: relative})).toHaveLength(1);
  });

  it.each<[string, (root: string) => NodeJS.ProcessEnv, string]>([
    ['$XDG_STATE_HOME/stint', root => ({XDG_STATE_HOME: root, HOME: '/nonexistent'}), 'stint'],
    ['~/.local/state/stint', root => ({XDG_STATE_HOME: '', HOME: root}), '.local/state/stint'],
  ])('is %s without $STINT_STATE_DIR', async (_, environmentIn, wanted) => {
    const env = {...environmentIn(sandbox.root), STINT_STATE_DIR: ''};
    await sandbox.ok(['run', '--wait', '--', 'true'], {env});
    expect(existsSync(join(sandbox.root, wanted, 'repos'))).toBe(true);
  });

  it('is made for its owner alone, with all that is in it', async () => {
    await sandbox.ok(['run', '--wait', '-c', 'umask 0; echo x'], {});
    const entries = readdirSync(sandbox.state, {recursive: true, withFileTypes: true});
    const shown = await sandbox.ok(['doctor']);
    expect(shown).toContain(`${sandbox.state} (private)`);
    expect(entries.length).toBeGreaterThan(8);
    const {stdout} = await shell(sandbox, 'find "$STINT_STATE_DIR" -perm /077');
    expect(stdout.toString()).toBe('');
  });
});

describe('a database that is not for this stint', () => {
  it.each<[string, (path: string) => void, (path: string) => Refusal]>([
    [
      'of a newer stint',
      path => change(path, db => db.exec('PRAGMA user_version = 99')),
      path => ({
        code: 'NEWER_SCHEMA',
        message: `${path} was written by a newer stint (schema 99, this one knows`,
        hint: 'Upgrade this stint, or set STINT_STATE_DIR to another directory.',
        exit: 4,
      }),
    ],
    [
      'of another program',
      path => change(path, db => db.exec('PRAGMA application_id = 7')),
      path => ({
        code: 'NOT_A_STINT_FILE',
        message: `${path} is not stint's: it is a database of another program.`,
        hint: 'Move it away, or set STINT_STATE_DIR to another directory.',
        exit: 4,
      }),
    ],
  ])('%s is refused and stays as it is', async (_, make, refusalAt) => {
    await prepare();
    const path = database();
    make(path);
    const before = readFileSync(path);
    const refusal = refusalAt(path);
    await expectRefused(refusal, SOME_COMMANDS);
    await expectProblem(refusal);
    const repaired = await sandbox.stint(['doctor', '--repair']);
    expect(repaired.code).toBe(1);
    expect(repaired.stdout).toContain(refusal.message);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(join(path, '..')).filter(name => name.includes('damaged'))).toEqual([]);
  });
});

describe('a database that is damaged', () => {
  it.each<[string, (path: string) => void]>([
    ['has another beginning', path => overwrite(path, 0, 100)],
    ['is damaged inside', path => overwrite(path, 4096, 20_000)],
    ['is cut off', path => truncateSync(path, 5000)],
  ])('%s: every command says so, and doctor --repair mends it', async (_, damage) => {
    await prepare();
    await sandbox.ok(['run', '--wait', '--name', 'second', '-c', 'exit 0']);
    await sandbox.ok(['logs', '-f', 'second']);
    const before = await sandbox.list();
    await sandbox.killCoordinator();
    const path = database();
    change(path, () => undefined); // brings everything into the one file
    damage(path);
    const refusal: Refusal = {
      code: 'STORE_CORRUPT',
      message: `The database ${path} is damaged`,
      hint: 'Run: stint doctor --repair',
    };
    await expectRefused(refusal, SOME_COMMANDS);
    await expectProblem(refusal);
    expect((await sandbox.stint(['doctor', '--repair'])).stdout).toMatch(
      /repaired +[0-9a-f]{16}: 2 jobs, 0 of them unfinished; the damaged database is now /,
    );
    expect(await sandbox.list()).toEqual(before);
    expect((await sandbox.stint(['doctor'])).code).toBe(0);
    expect(await sandbox.ok(['logs', 'job'])).toBe('x\n');
    await sandbox.ok(['run', '--wait', '--', 'true']);
    expect(await sandbox.list()).toHaveLength(3);
  });
});

/** One closed job, and no coordinator. */
async function prepare(): Promise<void> {
  await sandbox.ok(['run', '--wait', '--name', 'job', '--', 'echo', 'x']);
  await sandbox.ok(['logs', '-f', 'job']);
  await sandbox.killCoordinator();
}

function database(): string {
  const [repo = ''] = readdirSync(join(sandbox.state, 'repos'));
  return join(sandbox.state, 'repos', repo, 'coordinator.db');
}

function change(path: string, how: (db: Connection) => void): void {
  const db = openDatabase(path);
  how(db);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

function overwrite(path: string, from: number, to: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, from, Math.min(to, bytes.length));
  writeFileSync(path, bytes);
}

async function expectRefused(
  {code, message, hint, exit}: Refusal,
  commands: typeof COMMANDS,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  for (const [[command = '', ...rest], failed] of commands) {
    const told = await sandbox.stint([command, '--json', ...rest], {env});
    const wanted = failed === 125 ? failed : (exit ?? failed);
    expect([told.code, told.stdout], command).toEqual([wanted, '']);
    expect(JSON.parse(told.stderr)).toMatchObject({
      error: {code, message: expect.stringContaining(message), hint: expect.stringContaining(hint)},
    });
  }
  const people = await sandbox.stint(['ls'], {env});
  expect(people.stderr).toMatch(/^stint: .*\n( {7}.*\n)+$/);
  expect(people.stderr).not.toContain('    at ');
}

async function expectProblem({message, hint}: Refusal, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const {code, stdout, stderr} = await sandbox.stint(['doctor', '--json'], {env});
  expect([code, stderr]).toEqual([1, '']);
  const {ok, findings} = JSON.parse(stdout) as {ok: boolean; findings: {level: string}[]};
  expect(ok).toBe(false);
  expect(findings.filter(({level}) => level === 'problem')).toEqual([
    expect.objectContaining({message: expect.stringContaining(message), hint: expect.stringContaining(hint)}),
  ]);
}
