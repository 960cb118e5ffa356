/** A restore, and a backup, that is killed at a named point: what is there then, and what whoever comes next makes of it. */
import {once} from 'node:events';
import {cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
let backup: string;
/** A state directory that has one of the two repositories, with another job in it. */
let template: string;
let all: readonly string[];
beforeAll(async () => {
  sandbox = new Sandbox();
  backup = join(sandbox.root, 'backup.tar.gz');
  template = join(sandbox.root, 'template');
  const other = join(sandbox.root, 'other');
  mkdirSync(other);
  for (const cwd of [sandbox.work, other])
    for (const name of ['a', 'b'])
      await sandbox.ok(['run', '--wait', '--name', name, '--', 'echo', name], {cwd});
  await sandbox.submit(['--name', 'open', '-c', 'echo open; sleep 100']);
  await sandbox.ok(['events', 'append', 'builds', '--kind', 'k', '1']);
  await sandbox.ok(['backup', backup]);
  const env = {STINT_STATE_DIR: template};
  await sandbox.ok(['run', '--wait', '--name', 'here', '--', 'true'], {env});
  await sandbox.ok(['shutdown'], {env}).catch(() => '');
  const whole = copied('whole');
  await sandbox.ok(['restore', '--yes', backup], {env: {STINT_STATE_DIR: whole}});
  all = await jobsIn(whole);
  expect(all).toHaveLength(6);
}, 60_000);
afterAll(() => sandbox.dispose());

/** A call of `node:fs` and what its last path ends with. */
const POINTS = [
  ['mkdirSync', '/restore.unpacked', 'undecided'],
  ['openSync', '/restore.unpacked/events.db', 'undecided'],
  ['renameSync', '/restore.ready', 'decided'],
  ['renameSync', '/a', 'decided'],
  ['rmSync', '/coordinator.db', 'decided'],
  ['linkSync', '/events.db', 'decided'],
  ['rmSync', '/restore.ready', 'decided'],
] as const;

describe('a restore that is killed', () => {
  it.each(
    POINTS.flatMap(([call, path, left]) => [
      [
        'before',
        call,
        path,
        call === 'renameSync' && path === '/restore.ready' ? 'undecided' : left,
      ] as const,
      ['after', call, path, left] as const,
    ]),
  )(
    '%s %s of %s leaves the old state whole, or is brought to its end by doctor --repair',
    async (when, call, path, left) => {
      const state = copied(`${when}-${call}${path.replaceAll('/', '-')}`);
      const env = {STINT_STATE_DIR: state};
      expect(await endOf(['restore', '--yes', backup], {when, call, path}, state)).toBe('SIGKILL');
      expect(await jobsIn(state)).toEqual(expect.arrayContaining(['here']));

      const {stdout} = await sandbox.stint(['doctor'], {env});
      const isLeft = existsSync(join(state, 'restore.unpacked')) || existsSync(join(state, 'restore.ready'));
      expect(stdout.includes('a restore was cut short')).toBe(isLeft);
      await sandbox.stint(['doctor', '--repair'], {env});
      const expected = left === 'decided' ? all : ['here'];
      expect(await jobsIn(state)).toEqual(expected);
      expect(readdirSync(state).filter(name => /^restore\.(unpacked|ready)/.test(name))).toEqual([]);
      await sandbox.ok(['restore', '--yes', backup], {env});
      expect(await jobsIn(state)).toEqual(all);
      expect((await sandbox.ok(['events', 'read', 'builds'], {env})).trim().split('\n')).toHaveLength(1);
    },
  );

  it('is brought to its end by the next restore as well', async () => {
    const state = copied('next');
    await endOf(['restore', '--yes', backup], {when: 'after', call: 'renameSync', path: '/a'}, state);
    await sandbox.ok(['restore', '--yes', backup], {env: {STINT_STATE_DIR: state}});
    expect(await jobsIn(state)).toEqual(all);
    expect(existsSync(join(state, 'restore.ready'))).toBe(false);
  });
});

describe('a disk that fills', () => {
  it.each(['restore', 'backup'])('in the middle of a %s leaves nothing, and that is said', async command => {
    const state = copied(`full-${command}`);
    const file = command === 'restore' ? backup : join(sandbox.root, 'full.tar.gz');
    const preload = join(sandbox.root, 'full.cjs');
    writeFileSync(
      preload,
      `const fs = require('node:fs');
const {writeSync} = fs;
let left = ${command === 'restore' ? 3 : 0};
fs.writeSync = (...args) => {
  if (process.argv.includes('${command}') && args[0] > 2 && left-- <= 0)
    throw Object.assign(new Error('ENOSPC'), {code: 'ENOSPC'});
  return writeSync(...args);
};
`,
    );
    const env = {STINT_STATE_DIR: state, NODE_OPTIONS: `--require ${preload}`};
    const {code, stderr} = await sandbox.stint(
      command === 'restore' ? [command, '--yes', file] : [command, file],
      {env},
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      command === 'restore' ? /Nothing was restored: the disk is full/ : /No backup was made: no room/,
    );
    expect(await jobsIn(state)).toEqual(['here']);
    expect(readdirSync(state).filter(name => /^(restore|backup)\.(unpacked|work|ready)/.test(name))).toEqual(
      [],
    );
    expect(existsSync(join(sandbox.root, 'full.tar.gz.new'))).toBe(false);
  });
});

describe('a backup that is killed', () => {
  it.each([
    ['before', 'linkSync', '.tar.gz'],
    ['after', 'mkdirSync', '/backup.work'],
  ] as const)(
    '%s %s of %s leaves no file under its name, and nothing for the next one',
    async (when, call, path) => {
      const state = copied(`backup-${when}`);
      const file = join(sandbox.root, `${when}.tar.gz`);
      expect(await endOf(['backup', file], {when, call, path}, state)).toBe('SIGKILL');
      expect(existsSync(file)).toBe(false);
      await sandbox.ok(['backup', file], {env: {STINT_STATE_DIR: state}});
      expect(readdirSync(sandbox.root).filter(name => name.startsWith(`${when}.tar.gz`))).toEqual([
        `${when}.tar.gz`,
      ]);
      expect(readdirSync(state)).not.toContain('backup.work');
    },
  );
});

function copied(name: string): string {
  const state = join(sandbox.root, name);
  rmSync(state, {recursive: true, force: true});
  cpSync(template, state, {recursive: true, filter: from => !/coordinator\.(sock|json)|fifos\//.test(from)});
  return state;
}

/** The names of all jobs that can be listed, whose logs are there. */
async function jobsIn(state: string): Promise<string[]> {
  const env = {STINT_STATE_DIR: state};
  const jobs = JSON.parse(await sandbox.ok(['ls', '--all', '--all-repos', '--json'], {env})) as {
    name: string;
    status: string;
    log: string;
  }[];
  for (const {status, log} of jobs) {
    expect(status).toMatch(/^(completed|crashed)$/);
    expect(existsSync(log)).toBe(true);
  }
  return jobs.map(({name}) => name).sort();
}

interface Point {
  readonly when: 'before' | 'after';
  readonly call: string;
  readonly path: string;
}

/** By which signal the command ended. */
async function endOf(
  args: readonly string[],
  {when, call, path}: Point,
  state: string,
): Promise<string | null> {
  const preload = join(sandbox.root, 'kill-here.cjs');
  const kill = `process.kill(process.pid, 'SIGKILL')`;
  writeFileSync(
    preload,
    `const fs = require('node:fs');
if (process.argv.includes(${JSON.stringify(args[0])})) {
  const original = fs.${call};
  fs.${call} = (...args) => {
    const isMeant = args.slice(0, 2).some(path => typeof path === 'string' && path.endsWith(${JSON.stringify(path)}));
    if (isMeant && ${when === 'before'}) ${kill};
    const result = original(...args);
    if (isMeant && ${when === 'after'}) ${kill};
    return result;
  };
}
`,
  );
  const child = sandbox.start(args, {env: {STINT_STATE_DIR: state, NODE_OPTIONS: `--require ${preload}`}});
  child.stdout?.resume();
  child.stderr?.resume();
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return signal;
}
