import {mkdirSync, readdirSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';

import type {Client} from '@modelcontextprotocol/client';
import {Client as EarlierClient} from '@modelcontextprotocol/sdk/client/index.js';
import {StdioClientTransport as EarlierTransport} from '@modelcontextprotocol/sdk/client/stdio.js';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {openDatabase} from '../../src/store/testing/open-database.ts';
import {makeGate} from '../support/gate.ts';
import {bytesIn, connectClient, definedOf, factsOf, textOf} from '../support/mcp.ts';
import {Sandbox, STINT, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
const clients: Client[] = [];
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map(client => client.close()));
  await sandbox.dispose();
});

async function connect(mode: 'auto' | 'legacy' = 'auto', args: readonly string[] = []): Promise<Client> {
  const {client} = await connectClient(sandbox, mode, {args});
  clients.push(client);
  return client;
}

const run = (client: Client, args: Record<string, unknown>) =>
  client.callTool({name: 'run', arguments: args});
const ask = (client: Client, name: string, args: Record<string, unknown>) =>
  client.callTool({name, arguments: args});

describe.each(['auto', 'legacy'] as const)('a client of the revision that is negotiated by %s', mode => {
  it('is served by all tools, with small answers that say the same twice', async () => {
    const client = await connect(mode);
    const {tools} = await client.listTools();
    expect(tools.map(({name}) => name)).toEqual([
      'run',
      'wait',
      'output',
      'status',
      'list',
      'cancel',
      'retry',
      'report',
    ]);
    for (const {description, outputSchema, annotations} of tools) {
      expect(description).toBeTruthy();
      expect(outputSchema).toMatchObject({type: 'object'});
      expect(annotations).toMatchObject({readOnlyHint: expect.any(Boolean)});
    }
    const failed = await run(client, {
      command: 'seq 3000; echo "it \\"broke\\"" >&2; exit 3',
      wait_ms: 20_000,
    });
    const job = String(factsOf(failed).job);
    expect(factsOf(failed)).toMatchObject({
      status: 'failed',
      exit_code: 3,
      left_out_lines: expect.any(Number),
    });
    expect(factsOf(failed).output).toMatch(/3000\nit "broke"\n$/);
    expect(textOf(failed)).toContain('failed with exit code 3');
    const answers = [
      failed,
      await ask(client, 'output', {job}),
      await ask(client, 'output', {job, grep: '99', context: 1}),
      await ask(client, 'status', {job}),
      await ask(client, 'list', {}),
      await ask(client, 'wait', {jobs: [job]}),
      await ask(client, 'report', {job}),
      await ask(client, 'cancel', {jobs: job}),
    ];
    for (const answer of answers) {
      expect(answer.isError ?? false).toBe(false);
      expect(bytesIn(answer)).toBeLessThanOrEqual(2048);
      expect(textOf(answer)).toContain(job);
    }
  });
});

it('is understood by a client of the SDK before, which was made for 2025', async () => {
  const client = new EarlierClient({name: 'earlier', version: '1'});
  const env = definedOf(sandbox.environment());
  await client.connect(new EarlierTransport({command: STINT, args: ['mcp'], cwd: sandbox.work, env}));
  expect((await client.listTools()).tools).toHaveLength(8); // with that its answers are checked against their schemas
  const ran = await client.callTool({name: 'run', arguments: {command: 'echo hi', wait_ms: 20_000}});
  expect(factsOf(ran)).toMatchObject({status: 'completed', output: 'hi\n'});
  const refused = await client.callTool({name: 'status', arguments: {job: 'nothing'}});
  expect(refused.isError).toBe(true);
  await client.close();
});

it('returns a handle when the time is over, and what is new behind a cursor, each line once', async () => {
  const client = await connect();
  const started = await run(client, {
    command: 'printf "one\\npart"; until test -e go; do sleep 0.02; done; printf "ial\\nlast\\n"',
    wait_ms: 0,
  });
  const job = String(factsOf(started).job);
  await until(async () => textOf(await ask(client, 'output', {job})).includes('part'));
  const first = factsOf(await ask(client, 'output', {job}));
  expect(first).toMatchObject({status: 'running', output: 'one\n', unfinished: 'part'});
  const nothing = await ask(client, 'output', {job, since: first.cursor});
  expect(textOf(nothing)).toMatch(/\[nothing new\]\n\[a line without an end\] part/);
  await sandbox.ok(['run', '--wait', '--', 'touch', 'go']);
  const ended = factsOf(await ask(client, 'wait', {jobs: [job]}));
  expect(ended).toMatchObject({timed_out: false, jobs: [{status: 'completed', exit_code: 0}]});
  expect(factsOf(await ask(client, 'output', {job, since: first.cursor})).output).toBe('partial\nlast\n');
});

it('starts a job after another one, within a time, and again, and tells of its last attempt', async () => {
  const client = await connect('auto');
  const gate = makeGate(sandbox);
  const first = factsOf(await run(client, {command: gate.pass, name: 'first', wait_ms: 0}));
  const asked = {after: [first.job], retries: 1, backoff_ms: 10, timeout_ms: 60_000, priority: 5};
  const second = factsOf(await run(client, {command: 'exit 7', name: 'second', wait_ms: 0, ...asked}));
  expect(second).toMatchObject({status: 'queued', reason: expect.stringContaining(':first')});
  await gate.open();
  const waited = factsOf(await ask(client, 'wait', {jobs: [second.job], timeout_ms: 20_000}));
  expect(waited.jobs).toMatchObject([{job: `${second.job}@2`, status: 'failed', exit_code: 7}]);
  const {stdout} = await sandbox.stint(['status', 'second']);
  for (const told of ['attempt    2 of 2', 'at most    1m', 'priority   5']) expect(stdout).toContain(told);
  const refused = await run(client, {command: 'true', after: ['nothing']});
  expect(textOf(refused)).toContain('NO_MATCH');
  expect((await run(client, {command: 'true', retries: 101})).isError).toBe(true);
});

it('starts nothing twice for the same key, whichever server is asked, and refuses it for other work', async () => {
  const [one, other] = [await connect(), await connect('legacy')];
  const args = {command: ['sh', '-c', 'echo x >> ran; sleep 0.1'], key: 'a call that may be repeated'};
  const answers = await Promise.all(
    [one, other, one, other].map(client => run(client, {...args, wait_ms: 20_000})),
  );
  expect(new Set(answers.map(answer => factsOf(answer).job)).size).toBe(1);
  await sandbox.killCoordinator();
  expect(factsOf(await run(await connect(), args))).toMatchObject({known: true, status: 'completed'});
  expect(await sandbox.ok(['run', '-f', '--', 'cat', 'ran'])).toBe('x\n');
  const refused = await run(one, {...args, command: 'echo other'});
  expect(refused.isError).toBe(true);
  expect(textOf(refused)).toContain('which runs another command');
});

it('waits for any of several, and says when the time was over', async () => {
  const client = await connect();
  const [slow, quick] = await Promise.all(
    ['sleep 100', 'exit 4'].map(async command =>
      String(factsOf(await run(client, {command, wait_ms: 0})).job),
    ),
  );
  expect(factsOf(await ask(client, 'wait', {jobs: [slow, quick], any: true}))).toMatchObject({
    timed_out: false,
    jobs: [{job: quick, exit_code: 4}],
  });
  const late = factsOf(await ask(client, 'wait', {jobs: [slow, quick], timeout_ms: 50}));
  expect(late).toMatchObject({timed_out: true, jobs: [{status: 'running'}, {status: 'failed'}]});
  expect(factsOf(await ask(client, 'cancel', {jobs: [slow], grace_ms: 1000}))).toMatchObject({
    jobs: [{job: slow, status: 'cancelled'}],
  });
});

it('runs again what failed, and refuses what goes on', async () => {
  const client = await connect();
  const command = 'test -n "$FIXED" || exit 4; echo fixed';
  const job = String(factsOf(await run(client, {command, name: 'job', wait_ms: 20_000})).job);
  const again = factsOf(await ask(client, 'retry', {env: {FIXED: '1'}, wait_ms: 20_000}));
  expect(again).toMatchObject({timed_out: false, left: [], jobs: [{status: 'completed', exit_code: 0}]});
  const [named] = (again.jobs ?? []) as {job: string}[];
  expect(named?.job).not.toBe(job);
  expect(factsOf(await ask(client, 'retry', {}))).toMatchObject({jobs: []});
  await run(client, {command: 'sleep 100', name: 'slow', wait_ms: 0});
  expect(textOf(await ask(client, 'retry', {jobs: 'slow'}))).toContain('BUSY: ');
});

it('tells a client that asks for it how it stands while it waits', async () => {
  const client = await connect('legacy');
  const told: string[] = [];
  const job = String(factsOf(await run(client, {command: 'sleep 100', wait_ms: 0, name: 'slow'})).job);
  const waiting = client.callTool(
    {name: 'wait', arguments: {jobs: job, timeout_ms: 60_000}},
    {
      onprogress: ({message}) => void told.push(String(message)),
      resetTimeoutOnProgress: true,
      timeout: 12_000,
    },
  );
  await until(() => told.length > 0);
  expect(told[0]).toContain('slow is running for');
  await ask(client, 'cancel', {jobs: job, grace_ms: 100});
  expect(factsOf(await waiting)).toMatchObject({timed_out: false});
});

it('shows what else runs here, with the ports that it listens on', async () => {
  const client = await connect();
  const program =
    'require("http").createServer().listen(0, "127.0.0.1", function () { console.log("port " + this.address().port) })';
  await sandbox.submit(['--name', 'dev-server', '--', process.execPath, '-e', program]);
  const log = async () => textOf(await ask(client, 'output', {job: 'dev-server'}));
  await until(async () => (await log()).includes('port '));
  const port = Number(/port (\d+)/.exec(await log())?.[1]);
  for (const everywhere of [false, true])
    expect(factsOf(await ask(client, 'list', {running: true, everywhere}))).toMatchObject({
      jobs: [{status: 'running', ports: [port]}],
    });
  expect(factsOf(await ask(client, 'status', {job: 'dev-server'}))).toMatchObject({ports: [port]});
});

it('has a store that an older stint wrote brought up to date, whatever is asked first', async () => {
  await sandbox.ok(['run', '--wait', '--', 'true']);
  await sandbox.killCoordinator();
  const [repo = ''] = readdirSync(join(sandbox.state, 'repos'));
  const db = openDatabase(join(sandbox.state, 'repos', repo, 'coordinator.db'));
  db.exec(
    'DROP TABLE jobs; DROP TABLE invocations; DROP TABLE repo_policy; DROP TABLE past_runs; PRAGMA user_version = 0',
  );
  db.close();
  const client = await connect();
  expect((await client.listResources()).resources).toMatchObject([{uri: 'skill://stint/SKILL.md'}]);
  expect(factsOf(await ask(client, 'list', {}))).toEqual({jobs: [], more: 0});
});

describe('a server with bounds', () => {
  it('runs, reads and ends nothing outside of its directories, nor behind a link that leads out', async () => {
    mkdirSync(join(sandbox.work, 'inside'));
    symlinkSync(sandbox.root, join(sandbox.work, 'inside', 'out'));
    const client = await connect('auto', ['--directory', join(sandbox.work, 'inside')]);
    for (const cwd of [sandbox.work, '..', join(sandbox.work, 'inside', 'out')]) {
      const refused = await run(client, {command: 'echo no', cwd});
      expect(refused.isError).toBe(true);
      expect(textOf(refused)).toMatch(/is outside of the directories.*\nGive a cwd in: /);
    }
    expect(factsOf(await run(client, {command: 'basename $PWD'}))).toMatchObject({output: 'inside\n'});
    const other = await sandbox.submit(['--', 'sleep', '100']);
    for (const [tool, args] of [
      ['cancel', {jobs: other}],
      ['wait', {jobs: other, timeout_ms: 0}],
      ['status', {job: other}],
      ['output', {job: other}],
      ['report', {job: other}],
    ] as const) {
      const refused = await ask(client, tool, args);
      expect([refused.isError, textOf(refused)]).toEqual([
        true,
        expect.stringContaining('outside of the directories'),
      ]);
    }
    const listed = factsOf(await ask(client, 'list', {running: true})).jobs;
    expect(listed).toMatchObject([{job: other, status: 'running', command: ''}]);
    expect((await client.listResources()).resources.map(({uri}) => uri)).not.toContain(other);
    expect(await sandbox.list()).toMatchObject([{status: 'running'}]);
  });

  it('refuses more jobs at once than it may have, also when they come at once', async () => {
    const client = await connect('auto', ['--max-jobs', '2']);
    const answers = await Promise.all(
      [1, 2, 3, 4].map(n => run(client, {command: `sleep 100; echo ${n}`, wait_ms: 0})),
    );
    const [refused, ...more] = answers.filter(({isError}) => isError);
    expect(more).toHaveLength(1);
    expect(textOf(refused)).toContain('BUSY: 2 jobs go on that were started here, and 2 may');
  });

  it('that only reads has no tools that act', async () => {
    const job = await sandbox.submit(['--', 'sleep', '100']);
    const client = await connect('auto', ['--read-only']);
    expect((await client.listTools()).tools.map(({name}) => name)).not.toContain('run');
    for (const [name, args] of [
      ['run', {command: 'true'}],
      ['cancel', {jobs: job}],
      ['retry', {jobs: job}],
    ] as const) {
      const refused = await ask(client, name, args);
      expect(refused.isError).toBe(true);
      expect(textOf(refused)).toContain('--read-only');
    }
    expect(factsOf(await ask(client, 'status', {job}))).toMatchObject({status: 'running'});
  });
});

it('reads jobs and logs as resources, tells that there are others, and hands out the skill', async () => {
  const client = await connect('legacy');
  let changes = 0;
  client.setNotificationHandler('notifications/resources/list_changed', () => {
    changes += 1;
  });
  const job = await sandbox.submit(['-c', 'seq 5', '--name', 'a b']);
  await sandbox.ok(['wait', job]);
  const [resource] = (await client.listResources()).resources;
  expect(resource).toMatchObject({uri: `stint://jobs/${job.slice(0, 12)}%3Aa%20b`});
  const read = async (uri: string) => {
    const [content] = (await client.readResource({uri})).contents;
    return content !== undefined && 'text' in content ? content.text : '';
  };
  const uri = String(resource?.uri);
  expect(JSON.parse(await read(uri))).toMatchObject({name: 'a b', status: 'completed'});
  expect(await read(`${uri}/log`)).toBe('1\n2\n3\n4\n5\n');
  expect(await read(`${uri}/log/2-3`)).toBe('2\n3\n');
  await expect(read('stint://jobs/nothing')).rejects.toThrow('is called nothing');
  await expect(read(`${uri}/log/3-2`)).rejects.toThrow('is no range');
  await sandbox.submit(['--', 'true']);
  await until(() => changes > 0);
  expect(await read('skill://stint/SKILL.md')).toBe(await sandbox.ok(['agent-guide']));
});
