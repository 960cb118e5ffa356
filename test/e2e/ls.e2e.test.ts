import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {parse as parseYaml} from 'yaml';

import {JOB_FIELDS} from '../../src/cli/listing/fields.ts';
import {type TemporaryPlace, temporaryPlace} from '../../src/project/testing/temporary-repo.ts';
import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {type Listed, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

it('prints an array of jobs with the fields that are documented', async () => {
  const address = await sandbox.submit([
    '--name',
    'fields',
    '--tag',
    'a',
    '--',
    'sh',
    '-c',
    'echo x; exit 3',
  ]);
  await sandbox.ok(['logs', '-f', address]);
  const [job, ...others] = JSON.parse(await sandbox.ok(['ls', '--json'])) as Listed[];
  expect(others).toEqual([]);
  const id = address.slice(0, 12);
  expect(job).toEqual({
    invocation_id: id,
    invocation_short: id.slice(0, 6),
    repo: expect.stringMatching(/^[0-9a-f]{16}$/),
    worktree: null,
    branch: null,
    commit: null,
    dirty: null,
    hook_type: null,
    trigger_command: "stint run --name fields --tag a -- sh -c 'echo x; exit 3'",
    by: null,
    invocation_created_at: TIME,
    name: 'fields',
    attempt: 1,
    attempts: 1,
    status: 'failed',
    background: true,
    tags: ['a'],
    group: null,
    priority: 0,
    service: false,
    started_at: TIME,
    finished_at: TIME,
    closed_at: TIME,
    ended_between: null,
    duration_secs: expect.any(Number),
    cpu_secs: expect.any(Number),
    cpu_user_secs: expect.any(Number),
    cpu_system_secs: expect.any(Number),
    memory_bytes: null,
    exit_code: 3,
    signal: null,
    message: null,
    command: "sh -c 'echo x; exit 3'",
    cwd: sandbox.work,
    pid: expect.any(Number),
    elsewhere: null,
    queue_position: null,
    queued_behind: null,
    waiting_for: null,
    queue_reason: null,
    queue_why: null,
    queue_until: null,
    queue_needs: null,
    leftovers: [],
    leftovers_unseen: null,
    size_bytes: expect.any(Number),
    cut_bytes: null,
    pinned: false,
    expires_at: expect.stringMatching(/Z$/),
    sample_every: 1,
    merged: false,
    phase: null,
    rows_processed: null,
    rows_total: null,
    rows_phase: null,
    rows_per_sec: null,
    rate_basis: null,
    activity: null,
    uncertain_secs: null,
    waiting_on: null,
    waiting_secs: null,
    same_output_secs: null,
    eta_secs: null,
    eta_range_secs: null,
    quiet_secs: null,
    stalled: false,
    stalled_secs: null,
    log: join(sandbox.state, 'repos', String(job?.repo), 'jobs', id, 'fields', 'output.jsonl'),
  });
  expect(job?.duration_secs).toBe((at(job?.finished_at) - at(job?.started_at)) / 1000);
});

describe('--format', () => {
  const AWKWARD =
    'printf \'%s\' "a,b" \'c"d\' "e|f"\necho "tab\there"; echo back\\slash; echo \'k: v # no comment\'';

  it('prints rows that every format gives back as they are', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'a, "b"', '--tag', 'x', '--tag', 'y,z', '-c', AWKWARD]);
    await sandbox.ok(['run', '--wait', '--name', 'second | 2', '--', 'true']);
    const format = (name: string) => sandbox.ok(['ls', '--all', '--format', name]);
    const jobs = JSON.parse(await format('json')) as Listed[];
    expect(jobs.map(({command}) => command)).toEqual(['true', AWKWARD]);
    expect(await sandbox.list()).toEqual(jobs);
    expect((await format('ndjson')).split('\n')).toEqual([...jobs.map(job => JSON.stringify(job)), '']);
    expect(parseYaml(await format('yaml'))).toEqual(jobs);
    const cells = jobs.map(job => Object.values(job).map(cellText));
    const titles = Object.keys(jobs[0] ?? {});
    expect(parseCsv(await format('csv'))).toEqual([titles, ...cells]);
    const blank = (characters: RegExp) => cells.map(row => row.map(cell => cell.replace(characters, ' ')));
    expect(
      (await format('tsv'))
        .trimEnd()
        .split('\n')
        .map(line => line.split('\t')),
    ).toEqual([titles, ...blank(/[\t\n]/g)]);
    expect(parseMarkdown(await format('markdown'))).toEqual([titles, ...blank(/\n/g)]);
  });

  it('prints a table for people, without colours in a pipe', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'ok', '--', 'echo', 'hello']);
    await sandbox.stint(['run', '--wait', '--name', 'bad', '-c', 'exit 7']);
    for (const env of [{}, {CI: 'true'}, {TERM: 'xterm-256color', COLORTERM: 'truecolor'}]) {
      const [titles, bad, ok, end, ...more] = (await sandbox.ok(['ls'], {env})).split('\n');
      expect(titles).toMatch(/^ID {6}JOB {2}STATUS {7,}STARTED +TIME +SIZE {2}COMMAND$/);
      expect(bad).toMatch(/^[0-9a-f]{6} {2}bad {2}✗ failed \(7\) {2,}\d\d:\d\d:\d\d .* B {2}exit 7$/);
      expect(ok).toMatch(/^[0-9a-f]{6} {2}ok {3}✓ completed .* {2}echo hello$/);
      expect([end, more]).toEqual(['', []]);
    }
  });

  it.each([
    ['table', ''],
    ['json', '[]\n'],
    ['ndjson', ''],
    ['csv', `${JOB_FIELDS.join(',')}\n`],
    ['tsv', `${JOB_FIELDS.join('\t')}\n`],
    ['yaml', '[]\n'],
    ['markdown', `| ${JOB_FIELDS.join(' | ')} |\n|${' --- |'.repeat(JOB_FIELDS.length)}\n`],
  ])('prints an empty list as %s', async (format, wanted) => {
    const {code, stdout, stderr} = await sandbox.stint(['ls', '--format', format]);
    expect([code, stdout]).toEqual([0, wanted]);
    expect(stderr).toBe(
      format === 'table'
        ? 'stint: nothing was run in this repository yet. Try: stint run -- <command>\n'
        : '',
    );
  });
});

describe('which jobs are listed', () => {
  it('lists the last ten invocations and what is unfinished, newest first; --last and --all change that', async () => {
    const gate = makeGate(sandbox);
    await sandbox.submit(['--name', 'unfinished', '-c', gate.pass]);
    for (let n = 1; n <= 12; n++) await sandbox.submit(['--name', `n${n}`, '--', 'true']);
    await untilCounted(sandbox, {open: 1});
    const names = async (...args: string[]) =>
      (JSON.parse(await sandbox.ok(['ls', '--json', ...args])) as Listed[]).map(({name}) => name);
    const newest = Array.from({length: 12}, (_, at) => `n${12 - at}`);
    expect(await names()).toEqual([...newest.slice(0, 10), 'unfinished']);
    expect(await names('--last', '2')).toEqual(['n12', 'n11', 'unfinished']);
    expect(await names('--all')).toEqual([...newest, 'unfinished']);
    await gate.open();
    await untilCounted(sandbox, {open: 0});
    expect(await names()).toEqual(newest.slice(0, 10));
  });

  it('lists nothing of another directory, and all worktrees of a repository together', async () => {
    const place: TemporaryPlace = temporaryPlace();
    try {
      const repo = place.makeRepo('repo');
      place.git('repo', 'worktree', 'add', '--quiet', '-b', 'feature', '../linked');
      mkdirSync(join(repo, 'below'));
      await sandbox.ok(['run', '--name', 'outside', '--', 'true']);
      await sandbox.ok(['run', '--name', 'main', '--', 'true'], {cwd: repo});
      await sandbox.ok(['run', '--name', 'linked', '--', 'true'], {cwd: join(place.root, 'linked')});
      await sandbox.ok(['run', '--name', 'below', '--', 'true'], {cwd: join(repo, 'below')});
      for (const cwd of [repo, join(repo, 'below'), join(place.root, 'linked')]) {
        expect((await sandbox.list({cwd})).map(({name}) => name)).toEqual(['below', 'linked', 'main']);
      }
      expect((await sandbox.list()).map(({name}) => name)).toEqual(['outside']);
      const shown = await sandbox.ok(['ls'], {cwd: repo});
      const firstWords = (text: string) => text.split('\n').map(line => /^ *(> )?\S*/.exec(line)?.[0].trim());
      const ids = expect.stringMatching(/^[0-9a-f]{6}$/);
      expect(firstWords(shown)).toEqual(['ID', '> main', ids, ids, 'feature', ids, '']);
      expect(await sandbox.ok(['ls', '-n', '1'], {cwd: repo})).not.toContain('> main');
      const elsewhere = await sandbox.ok(['ls', '-n', '1'], {cwd: join(place.root, 'linked')});
      expect(elsewhere).toMatch(/^ {2}ID .*\n {2}main {2}\/.*\/repo\n {2}[0-9a-f]{6} {2}below .* true\n$/);
      expect(await sandbox.ok(['ls'])).toMatch(/^ID .*\n[0-9a-f]{6} {2}outside /);
    } finally {
      place.remove();
    }
  });
});

it('prints only addresses with -q, of the last with -n, of all with -a', async () => {
  const addresses: string[] = [];
  for (const name of ['one', 'two', 'a:b'])
    addresses.unshift(await sandbox.submit(['-q', '--name', name, '--', 'true']));
  expect(await sandbox.ok(['ls', '-q'])).toBe(`${addresses.join('\n')}\n`);
  expect(await sandbox.ok(['ls', '-qan', '1'])).toBe(`${addresses.join('\n')}\n`);
  expect(await sandbox.ok(['ls', '-n1', '-q'])).toBe(`${addresses[0]}\n`);
  expect(JSON.parse(await sandbox.ok(['status', '--json', addresses[0] ?? '']))).toMatchObject({name: 'a:b'});
});

it('tells the truth without a coordinator, and starts one for what is unfinished', async () => {
  const gate = makeGate(sandbox);
  const holding = makeGate(sandbox, 'holding');
  await sandbox.submit(['--name', 'ends', '-c', `${gate.pass}; exit 4`]);
  await sandbox.submit(['--name', 'goes-on', '-c', holding.pass]);
  await untilCounted(sandbox, {running: 2});
  const killed = await sandbox.killCoordinator();
  await gate.open();
  await until(async () => (await sandbox.list())[1]?.status !== 'running');
  const [goesOn, ends] = await sandbox.list();
  expect(goesOn).toMatchObject({name: 'goes-on', status: 'running', exit_code: null});
  expect(ends).toMatchObject({name: 'ends', status: 'failed', exit_code: 4});
  await untilCounted(sandbox, {running: 1});
  expect(await sandbox.coordinatorPid()).not.toBe(killed);
  await holding.open();
  expect((await sandbox.stint(['wait', 'goes-on', 'ends'])).code).toBe(4);
});

function at(time: unknown): number {
  return Date.parse(String(time));
}

function cellText(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** RFC 4180 with \n as line end. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  const row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))([,\n])/g)) {
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\n') rows.push(row.splice(0));
  }
  return [...rows, ...(row.length > 0 ? [row] : [])];
}

function parseMarkdown(text: string): string[][] {
  const lines = text.trimEnd().split('\n');
  expect(lines[1]).toMatch(/^\|( --- \|)+$/);
  return lines
    .filter((_, line) => line !== 1)
    .map(line =>
      line
        .slice(2, -2)
        .split(/ (?<!\\)\| /)
        .map(cell => cell.replaceAll('\\|', '|')),
    );
}
