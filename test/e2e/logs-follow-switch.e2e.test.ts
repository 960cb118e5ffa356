/** Followers while coordinators die, cannot be had, and come back: each sees every record once, and one end. */
import {once} from 'node:events';
import {appendFileSync, readFileSync, rmSync, statSync, truncateSync} from 'node:fs';
import {createServer, type Server} from 'node:net';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';

import {afterEach, beforeEach, expect, it} from 'vitest';

import type {WireSubmission} from '../../src/coordinator/client/index.ts';
import type {Streams} from '../../src/coordinator/server/index.ts';
import {serving} from '../../src/coordinator/server/testing/serving.ts';
import {packageVersion} from '../../src/platform/index.ts';
import {acquireOsLock, type OsLock} from '../../src/store/index.ts';
import {makeGate} from '../support/gate.ts';
import {
  clientOf,
  eventsOf,
  keyOf,
  onlyJobDirectory,
  recordsIn,
  submissionOf,
} from '../support/library-jobs.ts';
import {seededRandom} from '../support/random.ts';
import {reading} from '../support/reading.ts';
import {type JobRecord, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
/** Stands in the way of coordinators. */
let lock: OsLock | undefined;
let hanger: Server | undefined;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(async () => {
  letIn();
  await sandbox.dispose();
});

it('goes on from the file while another program holds lock and socket, and brings up who takes over', async () => {
  const gates = ['a', 'b', 'c'].map(name => [makeGate(sandbox, `${name}1`), makeGate(sandbox, `${name}2`)]);
  const text = (at: number) => gates[at]?.map(({pass}, part) => `echo ${part}; ${pass}`).join('; ');
  const open = (part: number) => Promise.all(gates.map(each => each[part]?.open()));
  const jobs = ['a', 'b'].map((name, at) => ({name, command: ['sh', '-c', `${text(at)}; echo 2`]}));
  const submission = await submitTogether(jobs);
  const several = reading(sandbox.start(['logs', '-f', submission.invocation]));
  const one = reading(sandbox.start(['logs', '-f', 'a', '--json']));
  const run = reading(sandbox.start(['run', '--follow', '--name', 'c', '-c', `${text(2)}; echo 2; exit 7`]));
  const followers = [several, one, run];
  await until(() => several.text.split('\n').length === 3 && run.text.endsWith('0\n') && has(one.text, '0'));
  await keepOut();
  await until(() => followers.every(({stderr}) => stderr.includes('no coordinator can be reached')));
  await open(0);
  letIn(); // the followers see to it that there is a coordinator
  await until(() => several.text.split('\n').length === 5 && run.text.endsWith('1\n') && has(one.text, '1'));
  await sandbox.killCoordinator();
  await open(1);
  expect(await Promise.all(followers.map(({ended}) => ended))).toEqual([0, 0, 7]);
  expect(several.text.split('\n').sort()).toEqual([
    '',
    ...['a', 'b'].flatMap(name => [0, 1, 2].map(part => `${name} | ${part}`)),
  ]);
  expect(run.text.split('\n')).toEqual(['0', '1', '2', '']);
  expect(one.text).toBe(await sandbox.ok(['logs', 'a', '--json']));
  const times = (stderr: string) => stderr.split('no coordinator can be reached').length - 1;
  expect(followers.map(({stderr}) => times(stderr))).toEqual([1, 1, 1]); // not for every job
});

it('shows also without a coordinator what has no end yet, and then the rest', async () => {
  const [first, second] = [makeGate(sandbox, 'first'), makeGate(sandbox, 'second')];
  const text = `echo one; ${first.pass}; printf 'half '; ${second.pass}; echo whole`;
  await sandbox.submit(['--name', 'job', '-c', text]);
  const log = reading(sandbox.start(['logs', '-f', 'job']));
  await until(() => log.text === 'one\n');
  await keepOut();
  await until(() => log.stderr.includes('no coordinator can be reached'));
  await first.open();
  await until(() => log.text === 'one\nhalf ');
  letIn();
  await second.open();
  expect(await log.ended).toBe(0);
  expect(log.text).toBe('one\nhalf whole\n');
});

it('sees one end when the coordinator was killed and the job ends under the next one', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'job', '-c', `echo one; ${gate.pass}; echo two`]);
  const log = reading(sandbox.start(['logs', '-f', 'job', '--json']));
  await until(() => has(log.text, 'one'));
  await sandbox.killCoordinator();
  await gate.open();
  expect(await log.ended).toBe(0);
  expect(log.text).toBe(await sandbox.ok(['logs', 'job', '--json']));
  const events = eventsOf(recordsOf(log.text)).map(({event}) => event);
  expect(events.filter(event => event !== 'adopted')).toEqual(['started', 'finished', 'closed']);
});

it.each([
  ['before it could send the last records', -2],
  ['before it could send that the log is closed', -1],
  ['between that and the end of the stream', 0],
])('sees one end when the log was closed and the coordinator died %s', async (_, sent) => {
  await sandbox.ok(['run', '--follow', '--name', 'job', '--', 'seq', '1', '5']);
  await sandbox.ok(['shutdown']);
  const journal = join(onlyJobDirectory(sandbox), 'output.jsonl');
  const whole = readFileSync(journal);
  const lines = whole
    .toString()
    .trimEnd()
    .split('\n')
    .map(line => `${line}\n`);
  const kept = Buffer.byteLength(lines.slice(0, 3).join(''));
  truncateSync(journal, kept);
  const dying = await dyingCoordinator(function* () {
    yield Buffer.from(lines.slice(3, lines.length + sent).join(''));
    appendFileSync(journal, whole.subarray(kept));
  });
  const log = reading(sandbox.start(['logs', '-f', 'job', '--json']));
  await until(() => log.text === lines.slice(0, lines.length + sent).join(''));
  await until(() => statSync(journal).size === whole.length);
  dying.stop();
  expect(await log.ended).toBe(0);
  expect(log.text).toBe(whole.toString());
  expect((await sandbox.coordinatorPid()) === undefined).toBe(sent === 0); // nothing was left to ask for
});

it('is the same by logs -f, by the library and from the file, whenever coordinators are killed', async () => {
  const random = seededRandom('logs-follow-switch');
  const loop = 'i=0; while [ $i -lt 120 ]; do echo "line $i"; i=$((i+1)); sleep 0.01; done; echo end >&2';
  const names = ['a', 'b', 'c'];
  const submission = await submitTogether(names.map(name => ({name, command: ['sh', '-c', loop]})));
  const from = random.int(120);
  const to = from + random.int(140);
  const several = reading(sandbox.start(['logs', '-f', submission.invocation]));
  const filters = [['--since-seq', String(from)], ['--seq', `${from}..${to}`], ['--stderr', '--status'], []];
  const filtered = filters.map(filter => reading(sandbox.start(['logs', '-f', 'a', '--json', ...filter])));
  const client = clientOf(sandbox);
  const tailed = names.map(async (name, at) => {
    const seen: number[] = [];
    const sinceSeq = at === 0 ? from : -1;
    for await (const {seq} of client.tail({...keyOf(submission), name}, {sinceSeq})) seen.push(seq);
    return seen;
  });
  for (let kills = 0; kills < 5; kills++) {
    await until(async () => (await sandbox.killCoordinator()) !== undefined);
    await delay(random.int(150)); // the moment of the next kill
  }
  const seen = await Promise.all(tailed);
  client.close();
  expect(await Promise.all([several, ...filtered].map(({ended}) => ended))).toEqual([0, 0, 0, 0, 0]);
  for (const [at, filter] of filters.entries())
    expect(filtered[at]?.text).toBe(await sandbox.ok(['logs', 'a', '--json', ...filter]));
  for (const [at, name] of names.entries()) {
    const records = recordsIn(onlyJobDirectory(sandbox, name));
    expect(seen[at]).toEqual(records.map(({seq}) => seq).filter(seq => at > 0 || seq > from));
    const printed = several.text.split('\n').filter(line => line.startsWith(`${name} | `));
    const output = records.filter(({kind}) => kind !== 'status');
    expect(printed).toEqual(output.map(({data}) => `${name} | ${data}`));
  }
});

async function submitTogether(
  jobs: readonly {readonly name: string; readonly command: string[]}[],
): Promise<WireSubmission> {
  const submission = submissionOf(sandbox, {command: ['true']});
  const client = clientOf(sandbox);
  const together = {
    ...submission,
    jobs: jobs.flatMap(job => submission.jobs.map(each => ({...each, ...job}))),
  };
  await client.submit(together);
  client.close();
  return together;
}

/**
 * Kills the coordinator until none of those that followers start gets the lock before this process does, and hangs up on
 * whoever connects: so they give up soon, and not only when no coordinator came up for ten seconds.
 */
async function keepOut(): Promise<void> {
  await until(async () => {
    await sandbox.killCoordinator();
    lock = acquireOsLock(join(sandbox.state, 'coordinator.lock'), 100);
    return lock !== undefined;
  });
  const path = join(sandbox.state, 'coordinator.sock');
  rmSync(path, {force: true});
  hanger = createServer(socket => socket.destroy()).listen(path);
  await once(hanger, 'listening');
}

function letIn(): void {
  hanger?.close();
  lock?.release();
  hanger = undefined;
  lock = undefined;
}

/** A coordinator that answers followers with these records and then nothing more, until it is stopped. */
async function dyingCoordinator(records: () => Iterable<Buffer>): Promise<{stop(): void}> {
  const Ping = () => ({version: packageVersion(), schema: 1, pid: process.pid, started_at_ms: 1});
  const TailLogs: Streams['TailLogs'] = async function* () {
    yield* records();
    await new Promise(() => undefined);
  };
  return serving({Ping, TailLogs}, join(sandbox.state, 'coordinator.sock'));
}

function recordsOf(text: string): JobRecord[] {
  return text.split('\n').flatMap(line => (line.endsWith('}') ? [JSON.parse(line) as JobRecord] : []));
}

function has(text: string, data: string): boolean {
  return recordsOf(text).some(record => record.data === data);
}
