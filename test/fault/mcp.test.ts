/** Client, server and coordinator are killed in the middle of what an agent waits for; and what comes in is no message of anybody's. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {onlyJobDirectory} from '../support/library-jobs.ts';
import {definedOf, factsOf, RawMcp, TASK_CAPABILITIES, textOf} from '../support/mcp.ts';
import {recordSpace} from '../support/recorded-space.ts';
import {isRunning, Sandbox, STINT, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
const servers: RawMcp[] = [];
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()));
  await sandbox.dispose();
});

function open(args: readonly string[] = []): RawMcp {
  const server = new RawMcp(sandbox, {args});
  servers.push(server);
  return server;
}

const COMMAND = 'seq 1000; until test -e go; do sleep 0.02; done; seq 1001 2000; exit 7';

async function startTask(server: RawMcp): Promise<string> {
  const {result} = await server.call('run', {command: COMMAND, wait_ms: 0, key: 'k'}, TASK_CAPABILITIES);
  return String(result?.taskId);
}

/** What the next client gets of it: its end, and all that it wrote. */
async function expectWhole(taskId: string): Promise<void> {
  writeFileSync(join(sandbox.work, 'go'), '');
  const server = open();
  await until(async () => {
    const {result} = await server.ask('tasks/get', {taskId}, TASK_CAPABILITIES);
    return result?.status === 'completed';
  });
  const {result} = await server.ask('tasks/get', {taskId}, TASK_CAPABILITIES);
  expect(result?.result).toMatchObject({structuredContent: {job: taskId, status: 'failed', exit_code: 7}});
  const all = factsOf((await server.call('output', {job: taskId, tail: 5000, max_bytes: 100_000})).result);
  expect(all.output).toBe(Array.from({length: 2000}, (_, at) => `${at + 1}\n`).join(''));
  const again = await server.call('run', {command: COMMAND, key: 'k', wait_ms: 0});
  expect(factsOf(again.result)).toMatchObject({job: taskId, known: true});
}

describe('in the middle of a task', () => {
  it('the server is killed', async () => {
    const server = open();
    const taskId = await startTask(server);
    const waiting = server.call('wait', {jobs: taskId});
    await server.kill();
    await waiting;
    await expectWhole(taskId);
  });

  it('the coordinator is killed, while somebody waits and afterwards', async () => {
    const server = open();
    const taskId = await startTask(server);
    const waiting = server.call('wait', {jobs: taskId, timeout_ms: 40_000});
    await sandbox.killCoordinator();
    writeFileSync(join(sandbox.work, 'go'), '');
    expect(factsOf((await waiting).result)).toMatchObject({timed_out: false, jobs: [{exit_code: 7}]});
    await sandbox.killCoordinator();
    await expectWhole(taskId);
  });

  it('all of them are killed', async () => {
    const server = open();
    const taskId = await startTask(server);
    await Promise.all([server.kill(), sandbox.killCoordinator()]);
    await expectWhole(taskId);
  });

  it.each(['group', 'session'])('the harness ends the %s of client and server', async what => {
    const harness = spawn(process.execPath, ['-e', HARNESS, STINT, COMMAND], {
      cwd: sandbox.work,
      env: definedOf(sandbox.environment()),
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    const [line] = (await once(harness.stdout.setEncoding('utf8'), 'data')) as [string];
    const {job, server} = JSON.parse(line) as {job: string; server: number};
    const pid = harness.pid ?? 0;
    if (what === 'group') process.kill(-pid, 'SIGKILL');
    else for (const each of processesOfSession(pid)) process.kill(each, 'SIGKILL');
    await until(() => !isRunning(pid) && !isRunning(server));
    await expectWhole(job);
  });

  it('a client that goes away ends the server, and no job', async () => {
    const server = open();
    const taskId = await startTask(server);
    server.write(`${JSON.stringify({jsonrpc: '2.0', id: 99, method: 'tools/call', params: {}})}\n`);
    server.process.stdout?.destroy();
    await server.close();
    expect(server.process.exitCode).toBe(0);
    await expectWhole(taskId);
  });
});

/** Starts a server, and a job by it, and then waits for nothing. */
const HARNESS = `
const [bin, command] = process.argv.slice(1);
const child = require('node:child_process').spawn(bin, ['mcp'], {stdio: ['pipe', 'pipe', 'ignore']});
const ask = (id, method, params) => child.stdin.write(JSON.stringify({jsonrpc: '2.0', id, method, params}) + '\\n');
ask(1, 'initialize', {protocolVersion: '2025-06-18', capabilities: {}, clientInfo: {name: 'harness', version: '1'}});
ask(2, 'tools/call', {name: 'run', arguments: {command, wait_ms: 0, key: 'k'}});
let text = '';
child.stdout.on('data', data => {
  text += data;
  const answer = text.split('\\n').slice(0, -1).map(line => JSON.parse(line)).find(({id}) => id === 2);
  if (answer) console.log(JSON.stringify({job: answer.result.structuredContent.job, server: child.pid}));
});
`;

function processesOfSession(leader: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0 && sessionOf(pid) === leader);
}

function sessionOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
  } catch {
    return 0;
  }
}

describe('what is no message', () => {
  it('is answered as the protocol says, and the next one is served', async () => {
    const server = open();
    await server.ask('server/discover');
    const {messages} = server;
    const errors = () => messages.filter(({error}) => error !== undefined);
    for (const [text, code] of [
      ['{"jsonrpc": "2.0", "id": 1', -32700],
      ['\u0000\u0001', -32700],
      ['[]', -32600],
      ['"text"', -32600],
      ['{"jsonrpc":"1.0","id":"old","method":"ping"}', -32600],
    ] as const) {
      const before = errors().length;
      server.write(`${text}\n`);
      await until(() => errors().length > before);
      expect(errors().at(-1)?.error?.code).toBe(code);
    }
    expect(errors().at(-1)?.id).toBe('old');
    server.write('\n\r\n');
    expect((await server.call('list', {})).result).toBeDefined();
    expect((await server.ask('no/such/method')).error).toMatchObject({code: -32601});
    expect((await server.call('no-such-tool', {})).error).toMatchObject({code: -32602});
    expect(server.noise).toEqual([]);
  });

  it('of 100 MB is refused to who asked, in little memory', async () => {
    const server = open();
    await server.call('list', {});
    const stdin = server.process.stdin;
    if (stdin === null) throw new Error('there is no input');
    stdin.write('{"method":"tools/call","params":{"name":"run","arguments":{"command":"');
    const piece = 'x'.repeat(1024 * 1024);
    for (let at = 0; at < 100; at++) if (!stdin.write(piece)) await once(stdin, 'drain');
    stdin.write('"}},"jsonrpc":"2.0","id":"long"}\n');
    expect((await server.answer('long')).error).toMatchObject({code: -32600});
    const peak = Number(
      /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, 'utf8'))?.[1],
    );
    expect(peak).toBeLessThan(250 * 1024);
    expect(textOf((await server.call('list', {})).result)).toBe('no job fits');
  });

  it('are arguments that no tool takes: each is told in a sentence', async () => {
    const server = open();
    for (const [tool, args, words] of REFUSED) {
      const {result, error} = await server.call(tool, args);
      expect({args, error, isError: result?.isError}).toEqual({args, error: undefined, isError: true});
      expect(textOf(result)).toContain(words);
      expect(textOf(result)).not.toContain('.ts:');
      expect(Buffer.byteLength(textOf(result))).toBeLessThan(2048);
    }
  });
});

const REFUSED: readonly (readonly [tool: string, args: Record<string, unknown>, words: string])[] = [
  ['run', {comand: 'true'}, 'there is no argument comand (Did you mean: command?)'],
  ['run', {command: []}, 'command'],
  ['run', {command: 'true', cwd: '/nowhere'}, 'CWD_NOT_FOUND'],
  ['run', {command: ['no-such-program']}, 'COMMAND_NOT_FOUND'],
  ['run', {command: 'true', name: 'a/b\u0000'}, 'USAGE'],
  ['run', {command: 'true', env: {'A=B': 'x'}}, 'cannot be the name of a variable'],
  ['run', {command: 'true', wait_ms: -1}, 'wait_ms'],
  ['run', {command: 'a\u0000b'}, ''],
  ['wait', {jobs: []}, 'jobs'],
  ['wait', {jobs: 'gone'}, 'No job of this repository is called gone.'],
  ['output', {job: 'ff00aa:x'}, 'There is no job'],
  ['output', {job: 'x', grep: '('}, 'No job of this repository is called x.'],
  ['list', {pattern: '('}, 'pattern'],
  ['list', {since: 'some day'}, 'since'],
  ['list', {status: ['sleeping']}, 'status'],
  ['list', {limit: 1e9}, 'limit'],
  ['cancel', {jobs: 'x', grace_ms: 1e12}, 'grace_ms'],
];

it('a job of another machine is told of, and neither waited for nor ended', async () => {
  const first = open();
  const taskId = await startTask(first);
  const directory = onlyJobDirectory(sandbox);
  await until(async () => factsOf((await first.call('output', {job: taskId})).result).output !== undefined);
  await first.kill(); // it would start another coordinator
  await sandbox.killCoordinator();
  recordSpace(directory, {host: 'bakery', boot_id: 'another', pid_ns: null});
  const server = open();
  expect(factsOf((await server.call('status', {job: taskId})).result)).toMatchObject({
    runs: 'on host bakery',
  });
  for (const [tool, args] of [
    ['wait', {jobs: taskId}],
    ['cancel', {jobs: taskId}],
  ] as const) {
    const {result} = await server.call(tool, args);
    expect(result?.isError).toBe(true);
    expect(textOf(result)).toContain('it runs on host bakery');
  }
  const state = await server.ask('tasks/get', {taskId}, TASK_CAPABILITIES);
  expect(state.result).toMatchObject({
    status: 'working',
    statusMessage: expect.stringContaining('on host bakery'),
  });
});

it('two agents share a state directory and each has its own jobs', async () => {
  const [one, other] = [open(), open()];
  const jobs = await Promise.all(
    [one, other].map(async server =>
      String(factsOf((await server.call('run', {command: 'sleep 100', wait_ms: 0})).result).job),
    ),
  );
  await one.call('cancel', {jobs: jobs[0], grace_ms: 100});
  await one.kill();
  const {result} = await other.call('status', {job: jobs[1]});
  expect(factsOf(result)).toMatchObject({status: 'running'});
});
