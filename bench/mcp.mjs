/** What a coding agent waits for, and what servers that run beside each other cost. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';

import {submit} from '../dist/lib/index.js';
import {atMost} from './support/goals.mjs';
import {INITIALIZE, McpServer} from './support/mcp.mjs';
import {printing} from './support/output-job.mjs';
import {killed, timeOf} from './support/processes.mjs';
import {medians} from './support/rounds.mjs';
import {BIN, ROOT, withStint} from './support/stint.mjs';

/** A journal of 1 GB: a line of 80 bytes is one of 137. */
const LINES = 7_500_000;
const FEW_LINES = 1000;
const SERVERS = 20;

export const name = 'mcp';
export const what = '`run` of `true` until its end, in `stint mcp`';
export const against = 'the same by `submit` and `wait` of the library';
export const goal = atMost(1.5);

export async function run({quick, rounds}) {
  return withStint(async stint => {
    const place = {cwd: stint.work, state: stint.state};
    const server = await new McpServer(place).open();
    const long = await printed(stint, quick ? LINES / 5 : LINES);
    const short = await printed(stint, FEW_LINES);
    const size = stint.journalOf(long).reduce((sum, file) => sum + statSync(file).size, 0);
    const took = await medians(
      {
        run: () => timed(() => server.call('run', {command: ['true'], wait_ms: 10_000})),
        library: () => timed(async () => (await submit({command: ['true'], ...place})).wait()),
        tail: () => timed(() => server.call('output', {job: long.invocation})),
        shortTail: () => timed(() => server.call('output', {job: short.invocation})),
        start: () => started(place),
        node: () => timeOf(process.execPath, ['-e', '0']),
      },
      rounds(21),
    );
    await server.close();
    const memory = await residentOf(place);
    return [
      row(what, took.run, against, took.library),
      {
        what: `\`output\` in it, of a log of ${(size / 1e9).toFixed(1)} GB`,
        stint: ms(took.tail),
        against: `of one of ${FEW_LINES} lines: ${ms(took.shortTail)}`,
        ratio: took.tail / took.shortTail,
        goal: {text: '≤ 10 ms', holds: () => took.tail <= 10},
      },
      {
        ...row('start of `stint mcp`, its first answer and its end', took.start, '`node -e 0`', took.node),
        goal: atMost(9),
      },
      {
        what: `memory of each of ${SERVERS} servers that have run a job`,
        stint: mib(memory.server),
        against: `an empty Node with the SDK loaded: ${mib(memory.node)}`,
        ratio: memory.server / memory.node,
        goal: {text: '≤ 25 MB more', holds: () => memory.server - memory.node <= 25e6},
      },
    ];
  });
}

async function printed(stint, lines) {
  const key = await stint.submit(printing(lines, join(stint.root, `report-${lines}`)));
  await stint.quiet();
  return key;
}

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function started({cwd, state}) {
  const began = performance.now();
  const child = spawn(process.execPath, [BIN, 'mcp'], {
    cwd,
    env: {...process.env, STINT_STATE_DIR: state},
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.write(`${JSON.stringify({jsonrpc: '2.0', id: 1, method: 'initialize', params: INITIALIZE})}\n`);
  child.stdout.once('data', () => child.stdin.end());
  await once(child, 'close');
  return performance.now() - began;
}

/** Resident bytes of a server that has run a job and listed it, and of a Node with the SDK, on the average of as many. */
async function residentOf(place) {
  const servers = await Promise.all(Array.from({length: SERVERS}, () => new McpServer(place).open()));
  for (const server of servers) {
    await server.ask('tools/list');
    await server.call('run', {command: ['true'], wait_ms: 10_000});
    await server.call('list', {});
  }
  const nodes = await Promise.all(Array.from({length: SERVERS}, nodeWithSdk));
  try {
    return {
      server: mean(servers.map(({process}) => resident(process.pid))),
      node: mean(nodes.map(({pid}) => resident(pid))),
    };
  } finally {
    await Promise.all([...servers.map(server => server.close()), ...nodes.map(({pid}) => killed(pid))]);
  }
}

async function nodeWithSdk() {
  const load = ['server', 'server/stdio', 'server/ext/skills'].map(
    name => `require('@modelcontextprotocol/${name}');`,
  );
  const child = spawn(
    process.execPath,
    ['-e', `${load.join('')}console.log('ready');setInterval(() => {}, 1e6)`],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await once(child.stdout, 'data');
  return child;
}

function resident(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function row(label, took, other, otherTook) {
  return {what: label, stint: ms(took), against: `${other}: ${ms(otherTook)}`, ratio: took / otherTook};
}

function ms(value) {
  return `${value.toFixed(1)} ms`;
}

function mib(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
