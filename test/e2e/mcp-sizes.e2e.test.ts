/** An answer costs an agent little, whatever jobs are called, print and do. */
import type {Client} from '@modelcontextprotocol/client';
import {afterAll, beforeAll, expect, it} from 'vitest';

import {bytesIn, connectClient, factsOf, textOf} from '../support/mcp.ts';
import {seededRandom} from '../support/random.ts';
import {Sandbox, until} from '../support/sandbox.ts';

const MOST = 2048;
const random = seededRandom('sizes of answers');
const PIECES = [
  'a',
  ' ',
  '"',
  '\\',
  "'",
  '漢',
  'é',
  '👩‍👧',
  '\t',
  '\u0001',
  '\u001b[31m',
  '\n',
  '\r',
  '%',
  '\u2028',
  '\u200b',
];

/** `bytes` of UTF-8 at most. */
function textOfBytes(bytes: number, pieces = PIECES): string {
  let text = '';
  for (let next = ''; Buffer.byteLength(text + next) <= bytes; next = random.pick(pieces)) text += next;
  return text;
}

const nameOf = () =>
  textOfBytes(
    random.pick([20, 80, 250]),
    PIECES.filter(piece => !/[\p{Cc}\u2028]/u.test(piece)),
  ).trim() || 'x';

const LISTENS = `for (let at = 0; at < 50; at++) require('net').createServer().listen(0, '127.0.0.1'); console.log('up')`;

let sandbox: Sandbox;
let client: Client;
let jobs: string[];

const ask = async (name: string, args: Record<string, unknown>) => {
  const answer = await client.callTool({name, arguments: args});
  expect({name, args, bytes: bytesIn(answer) > MOST ? bytesIn(answer) : 'few'}).toEqual({
    name,
    args,
    bytes: 'few',
  });
  return answer;
};

beforeAll(async () => {
  sandbox = new Sandbox();
  ({client} = await connectClient(sandbox));
  const text = () => textOfBytes(random.pick([50, 3000, 20_000]));
  const printing = () => ['sh', '-c', 'printf %s "$1"; printf %s "$2" >&2; exit $3', 'sh', text(), text()];
  const commands = Array.from({length: 9}, () => [...printing(), String(random.int(3))]);
  const answers = await Promise.all(
    [...commands, [process.execPath, '-e', LISTENS]].map(command =>
      ask('run', {command, name: nameOf(), wait_ms: 0}),
    ),
  );
  jobs = answers.map(answer => String(factsOf(answer).job));
});
afterAll(async () => {
  await client.close();
  await sandbox.dispose();
});

it('of every tool, for one job and for many', async () => {
  const server = jobs.at(-1);
  await ask('wait', {jobs: jobs.slice(0, -1)});
  await until(async () => String(factsOf(await ask('output', {job: server})).output).includes('up'));
  for (const job of jobs)
    for (const [name, args] of [
      ['status', {job}],
      ['output', {job}],
      ['output', {job, grep: '.', context: 9}],
      ['output', {job, since: '.', stream: 'stderr'}],
      ['report', {job}],
      ['wait', {jobs: job, timeout_ms: 0}],
    ] as const)
      expect((await ask(name, args)).isError ?? false).toBe(false);
  for (const args of [{}, {everywhere: true}, {status: ['failed']}, {pattern: '.'}]) await ask('list', args);
  expect(factsOf(await ask('list', {running: true}))).toMatchObject({jobs: [{more_ports: 18}]});
  const waited = factsOf(await ask('wait', {jobs, timeout_ms: 0})).jobs as {readonly job: string}[];
  expect(waited).toHaveLength(jobs.length);
  for (const {job} of waited) expect((await ask('status', {job})).isError ?? false).toBe(false);
  await ask('cancel', {jobs, grace_ms: 0});
});

it('of what is refused', async () => {
  const long = textOfBytes(20_000);
  for (const [name, args] of [
    ['run', {command: [long]}],
    ['run', {command: 'true', cwd: `/${'漢/'.repeat(2000)}`}],
    ['run', {command: 'true', name: long}],
    ['run', {[long]: 1, x: 2}],
    ['run', {command: 'true', env: {[`${long}=`]: ''}}],
    ['status', {job: long}],
    ['wait', {jobs: Array.from({length: 16}, () => long)}],
    ['output', {job: jobs[0], since: long}],
    ['output', {job: jobs[0], grep: `(${'漢'.repeat(900)}`}],
    ['list', {pattern: `(${'漢'.repeat(900)}`}],
    ['list', {since: long}],
  ] as const) {
    const refused = await ask(name, args);
    expect([refused.isError, textOf(refused)]).toEqual([true, expect.stringMatching(/^[A-Z_]+: ./)]);
  }
});
