import type {Client} from '@modelcontextprotocol/client';
import {createTaskSessionFromClient, resultFromTaskOutcome} from '@modelcontextprotocol/ext-tasks/client';
import {
  CreateTaskResultV2Schema,
  GetTaskResultV2Schema,
  TaskStatusNotificationV2Schema,
} from '@modelcontextprotocol/ext-tasks/core/v2';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {
  connectClient,
  FRAMING,
  factsOf,
  framed,
  type Message,
  RawMcp,
  TASK_CAPABILITIES,
  TASKS,
  textOf,
} from '../support/mcp.ts';
import {Sandbox, STINT, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
const servers: {close(): Promise<void>}[] = [];
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()));
  await sandbox.dispose();
});

function raw(args: readonly string[] = []): RawMcp {
  const server = new RawMcp(sandbox, {args});
  servers.push(server);
  return server;
}

async function connect(): Promise<Client> {
  const {client} = await connectClient(sandbox);
  servers.push(client);
  return client;
}

const UNTIL_GO = 'echo begun; until test -e go; do sleep 0.02; done; echo done; exit 5';
const go = () => sandbox.ok(['run', '--wait', '--', 'touch', 'go']);
const task = (server: RawMcp, taskId: unknown): Promise<Message> =>
  server.ask('tasks/get', {taskId}, TASK_CAPABILITIES);

async function startTask(server: RawMcp, command = UNTIL_GO): Promise<string> {
  const {result} = await server.call('run', {command, wait_ms: 0}, TASK_CAPABILITIES);
  return String(result?.taskId);
}

describe('a job as a task', () => {
  it('is what run answers where the request declares Tasks, and only there', async () => {
    const server = raw();
    const plain = await server.call('run', {command: UNTIL_GO, wait_ms: 0});
    expect(plain.result).toMatchObject({
      structuredContent: {status: expect.stringMatching(/queued|running/)},
    });
    const {result} = await server.call('run', {command: UNTIL_GO, wait_ms: 0}, TASK_CAPABILITIES);
    const created = CreateTaskResultV2Schema.parse(result);
    expect(created).toMatchObject({status: 'working', ttlMs: null});
    const {taskId} = created;
    expect(GetTaskResultV2Schema.parse((await task(server, taskId)).result)).toMatchObject({
      status: 'working',
    });
    await go();
    expect(await sandbox.stint(['wait', taskId])).toMatchObject({code: 5});
    const state = GetTaskResultV2Schema.parse((await task(raw(), taskId)).result);
    expect(state).toMatchObject({
      status: 'completed',
      statusMessage: expect.stringContaining('failed with exit code 5'),
      result: {structuredContent: {job: taskId, exit_code: 5, output: 'begun\ndone\n'}},
    });
    const over = await server.call('run', {command: 'exit 0', wait_ms: 20_000}, TASK_CAPABILITIES);
    expect(over.result).toMatchObject({structuredContent: {status: 'completed'}});
    expect(server.noise).toEqual([]);
  });

  it('needs the capability, and an id that there is', async () => {
    const server = raw();
    const taskId = await startTask(server);
    for (const method of ['tasks/get', 'tasks/cancel', 'tasks/update'])
      expect((await server.ask(method, {taskId, inputResponses: {}})).error).toMatchObject({
        code: -32021,
        data: {requiredCapabilities: {extensions: {[TASKS]: {}}}},
      });
    for (const id of ['nothing', 'wait~', 'wait~bm8', 'wait~WzEsMSwxXQ', 'x'.repeat(10_000)])
      expect((await task(server, id)).error).toMatchObject({code: -32602});
    expect(
      (await server.ask('tasks/update', {taskId, inputResponses: {}}, TASK_CAPABILITIES)).result,
    ).toBeDefined();
  });

  it('is cancelled with all that it runs', async () => {
    const server = raw();
    const taskId = await startTask(server);
    expect((await server.ask('tasks/cancel', {taskId}, TASK_CAPABILITIES)).result).toEqual(
      expect.objectContaining({resultType: 'complete'}),
    );
    await until(async () => (await task(server, taskId)).result?.status === 'cancelled');
    GetTaskResultV2Schema.parse((await task(server, taskId)).result);
    expect(
      (await raw(['--read-only']).ask('tasks/cancel', {taskId}, TASK_CAPABILITIES)).error?.message,
    ).toContain('--read-only');
  });

  it('says what the job reports of its progress', async () => {
    const server = raw();
    const report = 'stint progress emit pack_start --phase pack --rows 1/4';
    const command = `${report.replace('stint', STINT)}; ${UNTIL_GO}`;
    const taskId = await startTask(server, command);
    await until(async () =>
      String((await task(server, taskId)).result?.statusMessage).includes('pack, 1 of 4 rows'),
    );
    await go();
    await sandbox.stint(['wait', taskId]);
    const reported = factsOf((await server.call('report', {job: taskId})).result);
    expect(reported).toMatchObject({status: 'failed', phases: [{phase: 'pack', count: 0}]});
  });

  it('is told of to who listens, until nobody does', async () => {
    const server = raw();
    const [one, other] = [await startTask(server), await startTask(server, 'sleep 100')];
    const listen = {notifications: {taskIds: [one, other]}};
    server.write(
      `${JSON.stringify({jsonrpc: '2.0', id: 'l', method: 'subscriptions/listen', params: framed(listen, TASK_CAPABILITIES)})}\n`,
    );
    const told = (status: string) =>
      server.messages.filter(
        ({method, params}) => method === 'notifications/tasks' && params?.status === status,
      );
    await until(() => told('working').length === 2);
    const acknowledged = server.messages.find(
      ({method}) => method === 'notifications/subscriptions/acknowledged',
    );
    expect(acknowledged?.params).toMatchObject({notifications: {taskIds: [one, other]}});
    await go();
    await until(() => told('completed').length > 0);
    expect(TaskStatusNotificationV2Schema.parse(told('completed')[0]).params).toMatchObject({
      taskId: one,
      result: {structuredContent: {exit_code: 5}},
      _meta: {'io.modelcontextprotocol/subscriptionId': 'l'},
    });
    server.write(
      `${JSON.stringify({jsonrpc: '2.0', method: 'notifications/cancelled', params: {requestId: 'l'}})}\n`,
    );
    await server.call('cancel', {jobs: other, grace_ms: 100});
    expect(told('cancelled')).toEqual([]);
  });
});

it('who listens to lists is told of jobs that come, with tasks or without', async () => {
  const server = raw();
  const job = await startTask(server, 'sleep 100');
  const listen = (id: string, notifications: object) =>
    server.write(
      `${JSON.stringify({jsonrpc: '2.0', id, method: 'subscriptions/listen', params: framed({notifications}, TASK_CAPABILITIES)})}\n`,
    );
  listen('lists', {resourcesListChanged: true});
  listen('both', {resourcesListChanged: true, taskIds: [job]});
  const told = (id: string) =>
    server.messages.some(
      ({method, params}) =>
        method === 'notifications/resources/list_changed' &&
        (params?._meta as Record<string, unknown> | undefined)?.['io.modelcontextprotocol/subscriptionId'] ===
          id,
    );
  await until(() => server.messages.some(({method}) => method === 'notifications/tasks'));
  await sandbox.submit(['--', 'true']);
  await until(() => told('lists') && told('both'));
});

describe('a waiting as a task', () => {
  it('has an id of its own, and cancelling it ends only the waiting', async () => {
    const server = raw();
    const jobs = [await startTask(server), await startTask(server)];
    const waiting = async (args: object) =>
      String(
        (await server.call('wait', {jobs, timeout_ms: 100_000, ...args}, {...TASK_CAPABILITIES})).result
          ?.taskId,
      );
    const [all, any] = await Promise.all([waiting({}), waiting({any: true})]);
    expect(new Set([all, any, ...jobs]).size).toBe(4);
    expect((await task(server, all)).result).toMatchObject({status: 'working'});
    await server.ask('tasks/cancel', {taskId: any}, TASK_CAPABILITIES);
    expect((await task(server, any)).result).toMatchObject({status: 'cancelled'});
    expect((await task(server, jobs[0])).result).toMatchObject({status: 'working'});
    await go();
    const other = raw();
    await until(async () => (await task(other, all)).result?.status === 'completed');
    expect(GetTaskResultV2Schema.parse((await task(other, all)).result)).toMatchObject({
      result: {structuredContent: {timed_out: false, jobs: [{exit_code: 5}, {exit_code: 5}]}},
    });
  }, 60_000);
});

it('is driven by the official requester side of Tasks', async () => {
  const client = await connect();
  const wire = raw();
  const session = createTaskSessionFromClient(client, {
    endpointId: 'stint',
    rawDispatch: async request => {
      const {method, params = {}} = request as {method: string; params?: Record<string, unknown>};
      return (await wire.ask(method, params, TASK_CAPABILITIES)) as never;
    },
    v2RequestFraming: FRAMING,
  });
  const execution = await session.callTool('run', {command: UNTIL_GO, wait_ms: 0});
  expect(execution.kind).toBe('task');
  await go();
  const {outcome} = await execution.settle();
  const result = resultFromTaskOutcome(outcome);
  expect(factsOf(result)).toMatchObject({status: 'failed', exit_code: 5});
  expect(textOf(result)).toContain('failed with exit code 5');
  await session.close();
});
