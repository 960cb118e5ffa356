import {once} from 'node:events';
import {readFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {Client} from '../../src/coordinator/client/index.ts';
import {untilCounted} from '../support/coordinator.ts';
import {type Gate, makeGate} from '../support/gate.ts';
import {clientOf, keyOf, submissionOf} from '../support/library-jobs.ts';
import {rawPeer} from '../support/raw-peer.ts';
import {isRunning, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
let client: Client;
let gate: Gate;
beforeEach(() => {
  sandbox = new Sandbox();
  client = clientOf(sandbox);
  gate = makeGate(sandbox);
});
afterEach(async () => {
  client.close();
  await sandbox.dispose();
});

describe('200 clients at once', () => {
  const CLIENTS = 200;
  /** A quarter of a MiB for each: the buffer of a follower, and what JavaScript makes of its requests. */
  const MOST_GROWTH_KIB = CLIENTS * 256;

  it('are all answered, see every record of a job that goes on, and cost little', async () => {
    const text = `seq 1 200; ${gate.pass}; seq 201 400`;
    const submission = submissionOf(sandbox, {command: ['/bin/sh', '-c', text]});
    await client.submit(submission);
    const {pid} = await client.request('Ping', {});
    const before = memoryKib(pid, 'VmRSS');
    const job = keyOf(submission);
    const peers = await Promise.all(
      Array.from({length: CLIENTS}, async () => {
        const peer = await rawPeer(sandbox);
        peer.send(['Ping', 1, {}], ['ListJobs', 2, {}], ['TailLogs', 3, {job, follow: true}]);
        return peer;
      }),
    );
    const isAnswered = (peer: (typeof peers)[number]) =>
      peer.until(frames => [1, 2].every(id => frames.some(frame => frame.id === id)));
    await Promise.all(peers.map(isAnswered));
    for (const {frames} of peers) {
      expect(frames.find(({id}) => id === 1)).toMatchObject({kind: 'Pong', payload: {pid}});
      expect(frames.find(({id}) => id === 2)?.payload.jobs).toMatchObject([{status: 'running', ...job}]);
    }
    await untilCounted(sandbox, {connections: CLIENTS + 2}); // the client here, and the one that counts
    await gate.open();
    await Promise.all(peers.map(peer => peer.until(frames => frames.at(-1)?.kind === 'StreamEnd')));
    const wanted = Array.from({length: 403}, (_, seq) => seq); // 400 lines, started, finished, closed
    for (const {frames} of peers) {
      const records = frames.filter(({kind}) => kind === 'StreamFrame').map(({payload}) => payload);
      expect(records.map(({seq}) => seq)).toEqual(wanted);
    }
    expect(memoryKib(pid, 'VmHWM') - before).toBeLessThan(MOST_GROWTH_KIB);
    for (const {socket} of peers) socket.destroy();
    await untilCounted(sandbox, {connections: 2, open: 0});
    await client.shutdown();
    await until(() => !isRunning(pid));
  });
});

describe('a follower of more jobs than one connection may follow', () => {
  it('sees all of them, as does who waits for them', async () => {
    await client.request('SetParallel', {parallel: 1});
    const names = Array.from({length: 70}, (_, number) => `job-${number}`);
    const submission = submissionOf(sandbox, {command: ['/bin/sh', '-c', gate.pass]});
    const [first] = submission.jobs;
    if (first === undefined) throw new Error('it has no job');
    const jobs = [first, ...names.map(name => ({...first, name, command: ['/bin/echo', name]}))];
    await client.submit({...submission, jobs});
    const child = sandbox.start(['logs', '-f', submission.invocation]);
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    let complaints = '';
    child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
      complaints += piece;
    });
    const waiting = sandbox.stint(['wait', '--json', submission.invocation]);
    // The follower's own connection and its streams, the waiter, this client, the one that counts.
    await untilCounted(sandbox, {connections: jobs.length + 4});
    await client.request('SetParallel', {parallel: 8});
    await gate.open();
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(complaints).toMatch(ONLY_QUEUED);
    expect(await waiting).toMatchObject({code: 0, stderr: expect.stringMatching(ONLY_QUEUED)});
    const lines = names.map(name => `${name.padEnd('job-69'.length)} | ${name}`);
    expect(text.split('\n').sort()).toEqual(['', ...lines].sort());
  });
});

const ONLY_QUEUED = /^stint: 70 jobs are queued, first of them job-0 behind 1 running job .*\n$/;

/** `VmRSS`: what it has resident; `VmHWM`: the most that it ever had. */
function memoryKib(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
}
