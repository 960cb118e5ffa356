/** Backups through the real program: made while jobs run, brought back elsewhere and beside what is there. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {Sandbox, STINT, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
let file: string;
/** Of the state directory into which is restored. */
let elsewhere: {readonly env: {readonly STINT_STATE_DIR: string}};
beforeEach(() => {
  sandbox = new Sandbox();
  file = join(sandbox.root, 'backup.tar.gz');
  elsewhere = {env: {STINT_STATE_DIR: join(sandbox.root, 'elsewhere')}};
});
afterEach(() => sandbox.dispose());

describe('a backup', () => {
  it('brings back what ended as it was: list, log, status, topics and sessions', async () => {
    await sandbox.stint(['run', '--wait', '--name', 'good', '-c', 'seq 1 2000; echo oh >&2']);
    await sandbox.stint(['run', '--wait', '--name', 'bad', '-c', 'echo no; exit 3']);
    await sandbox.ok(['events', 'append', 'builds', '--kind', 'done', '{"ok":true}']);
    mkdirSync(join(sandbox.state, 'sessions'), {mode: 0o700});
    writeFileSync(join(sandbox.state, 'sessions', 'event_log-x.jsonl'), '{"index":0}\n', {mode: 0o600});
    writeFileSync(join(sandbox.state, 'of-a-later-version'), 'later', {mode: 0o600});
    await allClosed();

    expect(await sandbox.ok(['backup', file])).toContain('2 jobs of 1 repository and 1 topic');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const dry = await sandbox.ok(['restore', file, '--dry-run'], elsewhere);
    expect(dry).toContain('2 jobs, 1 topic, 1 session, of-a-later-version');
    expect(existsSync(elsewhere.env.STINT_STATE_DIR)).toBe(false);
    await sandbox.ok(['restore', '--yes', file], elsewhere);

    for (const command of [
      ['logs', 'good', '--json'],
      ['logs', 'bad', '--raw'],
      ['stats', 'good', '--json'],
      ['dump-store', 'past_runs'],
      ['events', 'read', 'builds'],
    ])
      expect(await sandbox.ok(command, elsewhere), command.join(' ')).toBe(await sandbox.ok(command));
    const [listed, restored] = [await sandbox.list(), await sandbox.list(elsewhere)];
    expect(restored.map(asItWas)).toEqual(listed.map(asItWas));
    for (const [at, job] of listed.entries()) // its retention begins anew
      expect(String(restored[at]?.expires_at) > String(job.expires_at)).toBe(true);
    expect(readFileSync(join(elsewhere.env.STINT_STATE_DIR, 'of-a-later-version'), 'utf8')).toBe('later');
    expect((await sandbox.stint(['doctor'], elsewhere)).code).toBe(0);
  });

  const asItWas = ({expires_at: _, log, ...job}: Record<string, unknown>) => ({
    ...job,
    log: String(log).slice(String(log).indexOf('/repos/')),
  });

  it('is made while jobs print, with all lines until then once, and they come back as crashed', async () => {
    for (const name of ['one', 'two'])
      await sandbox.submit([
        '--name',
        name,
        '-c',
        'i=0; while [ $i -lt 100000 ]; do echo "$i"; echo "$i" >&2; i=$((i+1)); done; exec sleep 1000',
      ]);
    await until(async () => (await sandbox.records('one')).length > 20_000);
    const before = outputOf(await sandbox.records('one'), 'stdout').length;
    await sandbox.ok(['backup', file]);
    await sandbox.ok(['restore', '--yes', file], elsewhere);
    for (const job of await sandbox.list(elsewhere))
      expect(job).toMatchObject({
        status: 'crashed',
        exit_code: null,
        message: expect.stringContaining('it was running then'),
      });
    for (const name of ['one', 'two']) {
      const records = await sandbox.records(name, elsewhere);
      for (const kind of ['stdout', 'stderr']) {
        const lines = outputOf(records, kind);
        lines.pop(); // it may be cut
        expect(lines).toEqual(lines.map((_, at) => String(at)));
        if (name === 'one') expect(lines.length).toBeGreaterThan(before / 2);
      }
      expect(records.map(({seq}) => seq)).toEqual(records.map((_, at) => at));
    }
    const names = readdirSync(elsewhere.env.STINT_STATE_DIR);
    expect(names.filter(name => /^(restore\.(unpacked|ready)|notify|fifos)/.test(name))).toEqual([]);
    // Nobody took them over, and the ones that run are left alone.
    expect((await sandbox.list()).map(({status}) => status)).toEqual(['running', 'running']);
  });

  it('never starts what was queued', async () => {
    const env = {STINT_PARALLEL: '1'};
    await sandbox.submit(['--name', 'first', '-c', 'sleep 100'], {env});
    const marker = join(sandbox.work, 'ran');
    await sandbox.submit(['--name', 'second', '-c', `touch '${marker}'`], {env});
    await sandbox.ok(['backup', file]);
    await sandbox.ok(['restore', '--yes', file], elsewhere);
    const second = (await sandbox.list(elsewhere)).find(({name}) => name === 'second');
    expect(second).toMatchObject({
      status: 'crashed',
      started_at: null,
      message: expect.stringContaining('it had not started then, and never will'),
    });
    await sandbox.submit(['--name', 'third', '--', 'true'], elsewhere);
    await until(async () => (await sandbox.list(elsewhere))[0]?.status === 'completed');
    expect(existsSync(marker)).toBe(false);
  });

  it('has the code of a job that ended while no coordinator was there', async () => {
    await sandbox.submit(['--name', 'late', '-c', 'until [ -e go ]; do sleep 0.02; done; echo bye; exit 5']);
    await until(async () => (await sandbox.list())[0]?.status === 'running');
    await sandbox.killCoordinator();
    writeFileSync(join(sandbox.work, 'go'), '');
    const [job] = await sandbox.list({env: {STINT_IDLE_EXIT_SECS: '30'}});
    const directory = join(String(job?.log), '..');
    await until(
      () =>
        !existsSync(join(directory, 'exit')) ||
        readFileSync(join(directory, 'exit'), 'latin1').startsWith('5'),
    );
    await sandbox.ok(['backup', file]);
    await sandbox.ok(['restore', '--yes', file], elsewhere);
    expect((await sandbox.list(elsewhere))[0]).toMatchObject({status: 'failed', exit_code: 5});
    expect(await sandbox.ok(['logs', 'late', '--raw'], elsewhere)).toBe('bye\n');
  });

  it('can be looked at with tar, and holds no environment', async () => {
    await sandbox.submit(['--name', 'open', '-c', 'sleep 100'], {env: {MY_SECRET: 'a-secret-value-1234'}});
    await sandbox.ok(['backup', file]);
    const child = spawn('tar', ['xzOf', file], {stdio: ['ignore', 'pipe', 'inherit']});
    let text = '';
    child.stdout.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(text).toContain('"name":"open"');
    expect(text).not.toContain('a-secret-value-1234');
  });
});

describe('the file of a backup', () => {
  beforeEach(() => sandbox.ok(['run', '--wait', '--name', 'a', '--', 'echo', 'a']));

  it('is never overwritten without --force', async () => {
    writeFileSync(file, 'mine');
    expect(await sandbox.stint(['backup', file])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is there already. Nothing was written.'),
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    await sandbox.ok(['backup', '--force', file]);
    expect(readdirSync(sandbox.root).filter(name => name.startsWith('backup'))).toEqual(['backup.tar.gz']);
  });

  it.each([
    ['no-directory/b.tgz', 'its directory is not there'],
    ['.', 'is a directory'],
    ['state/b.tgz', 'lies in the state directory'],
  ])('cannot be %s', async (path, reason) => {
    const {code, stderr} = await sandbox.stint(['backup', join(sandbox.root, path)]);
    expect(code).not.toBe(0);
    expect(stderr).toContain(reason);
  });

  it('is stdout for a dash, whose reader may leave', async () => {
    const script = `'${process.execPath}' '${STINT}' backup - | head -c 5 | wc -c; '${process.execPath}' '${STINT}' backup - > '${file}'`;
    const child = spawn('/bin/sh', ['-c', script], {env: sandbox.environment(), cwd: sandbox.work});
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(stderr).not.toContain('Unexpected');
    expect(JSON.parse(await sandbox.ok(['restore', '--json', '--yes', file], elsewhere))).toMatchObject({
      jobs: 1,
    });
  });

  it('tells what it left out, and has exit code 1 then', async () => {
    symlinkSync('/etc/passwd', join(sandbox.state, 'link'));
    const {code, stdout, stderr} = await sandbox.stint(['backup', '--json', file]);
    expect(code).toBe(1);
    expect(stderr).toContain('left out: link: it is no regular file');
    expect(JSON.parse(stdout)).toMatchObject({
      jobs: 1,
      left_out: [{path: 'link', reason: 'it is no regular file'}],
    });
  });

  it('is not made of nothing', async () => {
    expect(await sandbox.stint(['backup', file], elsewhere)).toMatchObject({code: 3});
    expect(existsSync(file)).toBe(false);
  });
});

describe('a restore', () => {
  it('takes what is missing and leaves what is there, beside jobs that run', async () => {
    const kept = await sandbox.submit(['--name', 'kept', '--', 'echo', 'kept']);
    const lost = await sandbox.submit(['--name', 'lost', '--', 'echo', 'lost']);
    await sandbox.ok(['events', 'append', 'here', '--kind', 'k', '1']);
    await allClosed();
    await sandbox.ok(['backup', file]);
    // the coordinator has the numbers of the jobs in its memory, and the database in its hands
    await sandbox.ok(['shutdown']);
    rmSync(join(sandbox.state, 'repos'), {recursive: true});
    await sandbox.ok(['events', 'append', 'here', '--kind', 'k', '2']);
    const running = await sandbox.submit([
      '--name',
      'runs',
      '-c',
      'until [ -e end ]; do echo x; sleep 0.01; done',
    ]);

    const {jobs, kept: stays} = JSON.parse(await sandbox.ok(['restore', '--yes', '--json', file])) as {
      jobs: number;
      kept: object;
    };
    expect(jobs).toBe(2);
    expect(stays).toEqual({jobs: 0, topics: ['here'], others: []});
    expect((await sandbox.ok(['events', 'read', 'here'])).trim().split('\n')).toHaveLength(2);
    for (const [address, text] of [
      [kept, 'kept\n'],
      [lost, 'lost\n'],
    ] as const)
      expect(await sandbox.ok(['logs', address, '--raw'])).toBe(text);
    // What was run since is newer, although its number was given anew.
    expect((await sandbox.list()).map(({name}) => name)).toEqual(['runs', 'lost', 'kept']);
    expect(await sandbox.ok(['restore', '--yes', file])).toContain('Nothing of it is missing');
    writeFileSync(join(sandbox.work, 'end'), '');
    await sandbox.ok(['wait', running]);
    const next = await sandbox.submit(['--name', 'next', '--', 'true']);
    await sandbox.ok(['wait', next]);
    expect((await sandbox.list()).map(({name}) => name)).toEqual(['next', 'runs', 'lost', 'kept']);
    expect((await sandbox.stint(['doctor'])).stdout).not.toContain('PROBLEM');
  });

  it('asks first, and does nothing where nobody can be asked', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'a', '--', 'true']);
    await sandbox.ok(['backup', file]);
    expect(await sandbox.stint(['restore', file], elsewhere)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nobody can be asked'),
    });
    expect(existsSync(elsewhere.env.STINT_STATE_DIR)).toBe(false);
  });

  it('refuses what is damaged or no backup before it makes anything', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'a', '--', 'seq', '1', '3000']);
    await sandbox.ok(['backup', file]);
    const {size} = statSync(file);
    truncateSync(file, size - 9);
    const cut = await sandbox.stint(['restore', '--yes', file], elsewhere);
    expect(cut).toMatchObject({code: 1, stderr: expect.stringContaining('is damaged: its end is missing')});
    for (const content of ['', 'hello', '\x1f\x8b']) {
      writeFileSync(file, content);
      expect(await sandbox.stint(['restore', '--yes', file], elsewhere)).toMatchObject({code: 4});
    }
    expect((await sandbox.stint(['restore', '--yes', `${file}.none`], elsewhere)).code).toBe(2);
    expect((await sandbox.stint(['restore', '--yes', sandbox.work], elsewhere)).code).toBe(4);
    expect(existsSync(elsewhere.env.STINT_STATE_DIR)).toBe(false);
  });

  it('is done once where two are begun at the same time', async () => {
    for (const name of ['a', 'b']) await sandbox.ok(['run', '--wait', '--name', name, '--', 'true']);
    await sandbox.ok(['backup', file]);
    const both = await Promise.all([1, 2].map(() => sandbox.stint(['restore', '--yes', file], elsewhere)));
    for (const {code, stderr} of both)
      if (code !== 0) expect(stderr).toContain('another restore works in this state directory');
    expect(both.some(({code}) => code === 0)).toBe(true);
    expect(await sandbox.list(elsewhere)).toHaveLength(2);
  });
});

function outputOf(records: readonly {kind: string; data: unknown}[], kind: string): unknown[] {
  return records.filter(record => record.kind === kind).map(({data}) => data);
}

async function allClosed(): Promise<void> {
  await until(async () => {
    const rows = (await sandbox.ok(['dump-store', 'jobs'])).trim().split('\n');
    return rows.every(row => (JSON.parse(row) as {closed_at: number | null}).closed_at !== null);
  });
}
