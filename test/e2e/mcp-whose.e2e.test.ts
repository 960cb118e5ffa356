/** Agents that share a state directory: each knows what is its own, and does not end what is not. */
import type {Client} from '@modelcontextprotocol/client';
import {afterEach, beforeEach, expect, it} from 'vitest';

import {
  connectClient,
  factsOf,
  RawMcp,
  type ServerOptions,
  TASK_CAPABILITIES,
  textOf,
} from '../support/mcp.ts';
import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
const clients: {close(): Promise<void>}[] = [];
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map(client => client.close()));
  await sandbox.dispose();
});

async function connect(mode: 'auto' | 'legacy', options: ServerOptions = {}): Promise<Client> {
  const {client} = await connectClient(sandbox, mode, options);
  clients.push(client);
  return client;
}

const call = (client: Client, name: string, args: Record<string, unknown>) =>
  client.callTool({name, arguments: args});

async function start(client: Client, name: string): Promise<string> {
  return String(factsOf(await call(client, 'run', {command: ['sleep', '1000'], name, wait_ms: 0})).job);
}

async function listed(client: Client, args: Record<string, unknown>): Promise<unknown[]> {
  const {jobs} = factsOf(await call(client, 'list', args)) as {jobs: {job: string; by?: string}[]};
  return jobs.map(({job, by}) => [job, by]);
}

const statusOf = async (client: Client, job: string) => factsOf(await call(client, 'status', {job})).status;

it('two agents end their own jobs and not those of each other, nor those of a person', async () => {
  const one = await connect('auto', {name: 'codex-mcp-client'});
  const other = await connect('legacy', {name: 'claude-code'});
  const persons = await sandbox.submit(['--name', 'persons', '--', 'sleep', '1000']);
  const [job, others] = [await start(one, 'mine'), await start(other, 'others')];
  expect(await listed(one, {mine: true})).toEqual([[job, 'codex']]);
  expect(await listed(one, {})).toEqual([
    [others, 'claude-code'],
    [job, 'codex'],
    [persons, undefined],
  ]);
  for (const jobs of [others, [job, others], persons]) {
    const refused = await call(one, 'cancel', {jobs});
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toMatch(/^JOB_OF_OTHERS: You are codex, and did not start .* others: true/s);
  }
  const raw = new RawMcp(sandbox);
  clients.push(raw);
  const {error} = await raw.ask('tasks/cancel', {taskId: job}, TASK_CAPABILITIES);
  expect(error?.message).toContain(`You are by-hand, and did not start ${job} of codex`);
  for (const each of [job, others, persons]) expect(await statusOf(one, each)).toBe('running');

  expect(textOf(await call(one, 'cancel', {jobs: job}))).toContain('cancelled with exit code 143');
  expect(textOf(await call(one, 'cancel', {jobs: [others, persons], others: true}))).toContain(
    'cancelled with exit code 143',
  );
  for (const each of [job, others, persons]) expect(await statusOf(other, each)).toBe('cancelled');
});

it('an agent is the same one to its server and in its shells, and another one in another session', async () => {
  const session = (id: string) => ({CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: id});
  const knows = await connect('auto', {name: 'claude-code', env: session('s1')});
  const knowsNot = await connect('legacy', {name: 'claude-code'});
  const [byServer, byOther] = [await start(knows, 'by-server'), await start(knowsNot, 'by-other')];
  const byShell = await sandbox.submit(['--name', 'by-shell', '--', 'sleep', '1000'], {env: session('s1')});
  expect(await listed(knows, {mine: true})).toEqual([
    [byShell, 'claude-code/s1'],
    [byOther, 'claude-code'],
    [byServer, 'claude-code/s1'],
  ]);
  const elsewhere = await sandbox.stint(['cancel', byServer], {env: session('s2')});
  expect([elsewhere.code, elsewhere.stderr]).toEqual([4, expect.stringContaining('You are claude-code/s2')]);
  await sandbox.ok(['cancel', byServer], {env: session('s1')});
  expect(textOf(await call(knowsNot, 'cancel', {jobs: [byShell, byOther]}))).toContain(
    'cancelled with exit code 143',
  );
});

it('a server has the name that it is given', async () => {
  const client = await connect('auto', {name: 'claude-code', env: {STINT_BY: 'reviewer'}});
  await start(client, 'job');
  expect(await sandbox.list()).toMatchObject([
    {by: 'reviewer', trigger_command: 'stint run --name job -- sleep 1000'},
  ]);
});
