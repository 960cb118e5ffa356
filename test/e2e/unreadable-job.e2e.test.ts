/** One job, or one repository, that cannot be looked at costs the others nothing. */
import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {untilCounted} from '../support/coordinator.ts';
import {type Gate, makeGate} from '../support/gate.ts';
import {type Listed, Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
let gate: Gate;
let bad: string;
let good: string;
let directory: string;
beforeEach(async () => {
  sandbox = new Sandbox();
  gate = makeGate(sandbox);
  bad = await sandbox.submit(['--name', 'bad', '-c', gate.pass]);
  good = await sandbox.submit(['--name', 'good', '-c', 'echo fine; sleep 100']);
  await untilCounted(sandbox, {running: 2});
  const [repo = ''] = readdirSync(join(sandbox.state, 'repos'));
  const [invocation = ''] = bad.split(':');
  directory = join(sandbox.state, 'repos', repo, 'jobs', invocation, 'bad');
});
afterEach(() => sandbox.dispose());

const spec = () => join(directory, 'spec.json');

describe('a job that cannot be looked at', () => {
  it.each<[string, () => void, string, string | undefined]>([
    [
      'others may read its spec',
      () => chmodSync(spec(), 0o644),
      'can be read or written by others',
      'chmod 600',
    ],
    ['a FIFO is in the place of its spec', () => replaceSpec(fifo), 'is no regular file', 'Move it away'],
    [
      'a directory is in the place of its spec',
      () => replaceSpec(path => mkdirSync(path, {mode: 0o700})),
      'it is a directory',
      undefined,
    ],
  ])('because %s is listed as unknown, with the reason; all else works', async (_, spoil, reason, remedy) => {
    await sandbox.killCoordinator(); // the next one cannot take it over
    spoil();
    const [listing, doctor] = await Promise.all([
      sandbox.stint(['ls', '--json']),
      sandbox.stint(['doctor', '--json']),
    ]);
    expect(listing.code).toBe(0);
    const jobs = JSON.parse(listing.stdout) as Listed[];
    expect(jobs.map(({name, status}) => [name, status])).toEqual([
      ['good', 'running'],
      ['bad', 'unknown'],
    ]);
    expect(jobs[1]).toMatchObject({pid: null, duration_secs: null, exit_code: null});
    expect(jobs[1]?.message).toContain(reason);
    expect(listing.stderr).toContain(`${bad} cannot be looked at: `);
    const {findings} = JSON.parse(doctor.stdout) as {findings: {about: string; level: string}[]};
    expect(findings).toContainEqual(
      expect.objectContaining({
        about: 'job',
        level: 'problem',
        message: expect.stringContaining(reason),
        ...(remedy === undefined ? {} : {hint: expect.stringContaining(remedy)}),
      }),
    );
    expect(await sandbox.ok(['logs', good])).toBe('fine\n');
    const cancelled = await sandbox.stint(['cancel', good, bad, '--json']);
    expect(cancelled.code).not.toBe(0);
    expect(cancelled.stderr).toContain(reason);
    expect(JSON.parse(cancelled.stdout).jobs).toMatchObject([{name: 'good', status: 'cancelled'}]);
  });

  it('is told of by cancel --all, and taken over once that is mended', async () => {
    await sandbox.killCoordinator();
    chmodSync(spec(), 0o644);
    expect(await sandbox.ok(['ls'])).toContain('unknown');
    expect((await sandbox.stint(['cancel', '--all'])).stderr).toContain('can be read or written by others');
    chmodSync(spec(), 0o600);
    const state = async () => (await sandbox.list()).find(({name}) => name === 'bad')?.status;
    expect(await state()).toBe('running');
    await sandbox.killCoordinator(); // it would look again after five seconds
    await gate.open();
    expect((await sandbox.stint(['wait', bad])).code).toBe(0);
  });

  it('keeps its row when the database is repaired, and the others are', async () => {
    await sandbox.killCoordinator();
    chmodSync(spec(), 0o644);
    const {code, stdout} = await sandbox.stint(['doctor', '--repair', '--json']);
    expect(code).toBe(1);
    const {findings} = JSON.parse(stdout) as {findings: {about: string; message: string}[]};
    expect(findings.find(({about}) => about === 'repaired')?.message).toContain(
      '1 job, 2 of them unfinished',
    );
    expect(findings.find(({message}) => message.startsWith('not repaired'))).toMatchObject({
      hint: `Run: chmod 600 '${spec()}'`,
    });
    expect((await sandbox.list()).map(({name}) => name)).toEqual(['good', 'bad']);
  });
});

it('does not keep a job of another repository from being found', async () => {
  const other = join(sandbox.root, 'other');
  mkdirSync(other);
  const [invocation = ''] = good.split(':');
  const before = readdirSync(join(sandbox.state, 'repos'));
  await sandbox.ok(['run', '--wait', '--', 'true'], {cwd: other});
  const [repo = ''] = readdirSync(join(sandbox.state, 'repos')).filter(name => !before.includes(name));
  // A directory of the same invocation, and a database that nobody may use.
  mkdirSync(join(sandbox.state, 'repos', repo, 'jobs', invocation), {mode: 0o700});
  chmodSync(join(sandbox.state, 'repos', repo, 'coordinator.db'), 0o644);
  const third = join(sandbox.root, 'third');
  mkdirSync(third);
  expect(await sandbox.ok(['logs', good], {cwd: third})).toBe('fine\n');
  const {stdout} = await sandbox.stint(['doctor']);
  expect(stdout).toContain('coordinator.db can be read or written by others');
  expect(stdout).toContain(`${good} running`);
});

function replaceSpec(make: (path: string) => void): void {
  rmSync(spec());
  make(spec());
}

function fifo(path: string): void {
  spawnSync('mkfifo', ['-m', '600', path]);
}
