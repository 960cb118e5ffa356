import {readdirSync, writeFileSync} from 'node:fs';
import type {Socket} from 'node:net';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {Client} from '../../src/coordinator/client/index.ts';
import {encodeFrame, MAX_FRAME_BYTES} from '../../src/coordinator/protocol/index.ts';
import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {clientOf, directoryOf, isClosed, keyOf, recordsIn, submissionOf} from '../support/library-jobs.ts';
import {expectWholeLog} from '../support/log-check.ts';
import {mutatedRequests} from '../support/mutated-requests.ts';
import {seededRandom} from '../support/random.ts';
import {type Frame, type RawPeer, rawPeer} from '../support/raw-peer.ts';
import {PROGRAMS, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
let client: Client;
let pid: number;
beforeEach(async () => {
  sandbox = new Sandbox();
  client = clientOf(sandbox);
  ({pid} = await client.request('Ping', {}));
});
afterEach(async () => {
  client.close();
  await sandbox.dispose();
});

const HALF_FRAME = encodeFrame({v: 1, id: 1, req: 'Ping', payload: {}}).subarray(0, 20);

describe('a client that sends garbage', () => {
  const random = seededRandom('garbage-clients');
  const noise = (length: number) => Buffer.from(Array.from({length}, () => random.int(256)));
  const frameOf = (text: string) => {
    const body = Buffer.from(text);
    const header = Buffer.alloc(4);
    header.writeUInt32BE(body.length);
    return Buffer.concat([header, body]);
  };

  it.each([
    ['a huge length', Buffer.from([0xff, 0xff, 0xff, 0xff, 0x7b]), 'FRAME_TOO_LARGE'],
    ['a length one too large', Buffer.from([0x00, 0x80, 0x00, 0x01]), 'FRAME_TOO_LARGE'],
    ['no JSON', frameOf('nonsense'), 'BAD_REQUEST'],
    ['an empty frame', frameOf(''), 'BAD_REQUEST'],
    ['JSON that is no request', frameOf('[1,2]'), 'BAD_REQUEST'],
    ['another version', frameOf('{"v":99,"id":7,"req":"Ping","payload":{}}'), 'SCHEMA_MISMATCH'],
    [
      'another version of a stream',
      frameOf('{"v":2,"id":7,"req":"TailLogs","payload":{}}'),
      'SCHEMA_MISMATCH',
    ],
    ['a version that is no text', frameOf('{"v":{"toString":1},"req":"Ping"}'), 'SCHEMA_MISMATCH'],
    [
      'a number that JSON cannot hold',
      frameOf('{"v":1,"id":1e999,"req":"Ping","payload":{}}'),
      'BAD_REQUEST',
    ],
    ['lists in lists in lists', frameOf('['.repeat(1_000_000) + ']'.repeat(1_000_000)), 'BAD_REQUEST'],
    ['an unknown request', frameOf('{"v":1,"id":7,"req":"Frobnicate","payload":{}}'), 'BAD_REQUEST'],
    ['a wrong payload', frameOf('{"v":1,"id":7,"req":"Submit","payload":{"jobs":[]}}'), 'BAD_REQUEST'],
  ])('gets one error frame for %s and is closed', async (_what, bytes, code) => {
    const frames = await framesFor(bytes);
    expect(frames).toMatchObject([{v: 1, kind: 'Error', payload: {code}}]);
    expect((await client.request('Ping', {})).pid).toBe(pid);
  });

  it('does not disturb a request of another client, fifty at once and in every way', async () => {
    const submission = submissionOf(sandbox, {command: ['/bin/sh', '-c', 'sleep 0.5; exit 9']});
    await client.submit(submission);
    const waiting = client.wait(keyOf(submission));
    const sockets: Socket[] = [];
    const ways = [
      (socket: Socket) => socket.write(noise(1 + random.int(5000))),
      (socket: Socket) => socket.end(noise(1 + random.int(50))),
      (socket: Socket) => socket.write(HALF_FRAME),
      (socket: Socket) => socket.end(HALF_FRAME),
      (socket: Socket) => socket.destroy(),
      (socket: Socket) => socket.write(Buffer.alloc(1_000_000, 0)),
      () => undefined, // says nothing and stays
    ];
    for (let number = 0; number < 50; number++) {
      const {socket} = await rawPeer(sandbox);
      sockets.push(socket);
      ways[number % ways.length]?.(socket);
      if (number % 10 === 0) expect((await client.request('Ping', {}, {timeoutMs: 30_000})).pid).toBe(pid);
    }
    expect(await waiting).toMatchObject({exit_code: 9});
    expect((await client.request('Health', {}, {timeoutMs: 30_000})).last_errors).toEqual([]);
    for (const socket of sockets) socket.destroy();
    expect((await client.request('Ping', {})).pid).toBe(pid);
  });

  it('does not get at the requests that stand behind its garbage', async () => {
    const shutdown = encodeFrame({v: 1, id: 2, req: 'Shutdown', payload: {reason: 'a trick'}});
    await framesFor(Buffer.concat([frameOf('nonsense'), shutdown]));
    expect((await client.request('Ping', {})).pid).toBe(pid);
  });
});

describe('a client that sends requests that were changed at random', () => {
  const CONNECTIONS = 1000;
  const AT_ONCE = 20;
  const REACHED = ['BAD_REQUEST', 'FRAME_TOO_LARGE', 'SCHEMA_MISMATCH', 'Pong', 'StreamFrame'];

  it('changes nothing for anybody else', async () => {
    const random = seededRandom('garbage-clients: changed requests');
    const ended = submissionOf(sandbox, {name: 'ended', command: ['/bin/echo', 'text']});
    await client.submit(ended);
    await until(() => isClosed(directoryOf(sandbox, ended)));
    const lines = 1500;
    const program = join(PROGRAMS, 'numbered-lines.mjs');
    const submission = submissionOf(sandbox, {command: [process.execPath, program, String(lines), '1', '3']});
    await client.submit(submission);
    const kinds = new Map<string, number>();
    const one = async () => {
      const {bytes, isRefused} = mutatedRequests(random, {key: keyOf(ended), place: sandbox.work});
      const peer = await rawPeer(sandbox);
      peer.socket.write(bytes);
      if (isRefused === false) await answered(peer);
      peer.socket.end();
      await peer.closed();
      for (const frame of peer.frames) {
        const code = frame.kind === 'Error' ? String(frame.payload.code) : frame.kind;
        kinds.set(code, (kinds.get(code) ?? 0) + 1);
        expect({code, payload: frame.payload}).not.toMatchObject({code: 'INTERNAL'});
      }
    };
    for (let number = 0; number < CONNECTIONS; number += AT_ONCE)
      await Promise.all(Array.from({length: AT_ONCE}, one));
    // So that the changes reach both what refuses and what answers.
    expect([...kinds.keys()]).toEqual(expect.arrayContaining(REACHED));
    expect(await client.request('Health', {})).toMatchObject({pid, last_errors: [], troubles: []});
    await until(() => isClosed(directoryOf(sandbox, submission)), 60_000);
    expectWholeLog(recordsIn(directoryOf(sandbox, submission)), {lines, exitCode: 3});
    expect((await client.request('Ping', {})).pid).toBe(pid);
  });
});

describe('the largest message', () => {
  const padded = (bytes: number) => {
    const frame = Buffer.alloc(4 + bytes, ' ');
    frame.writeUInt32BE(bytes);
    frame.write('{"v":1,"id":1,"req":"Ping","payload":{}}', 4);
    return frame;
  };

  it('is taken with exactly 8 MiB and refused with one byte more', async () => {
    expect(await framesFor(padded(MAX_FRAME_BYTES), {leaves: true})).toMatchObject([{kind: 'Pong'}]);
    const refused = [{kind: 'Error', payload: {code: 'FRAME_TOO_LARGE'}}];
    expect(await framesFor(padded(MAX_FRAME_BYTES + 1))).toMatchObject(refused);
    const program = ['/bin/echo', 'x'.repeat(MAX_FRAME_BYTES)];
    await expect(client.submit(submissionOf(sandbox, {command: program}))).rejects.toMatchObject({
      code: 'FRAME_TOO_LARGE',
    });
    expect((await client.request('Ping', {})).pid).toBe(pid);
  });

  it('is answered with exactly 8 MiB, and with one byte more by an error', async () => {
    await client.request('SetParallel', {parallel: 1});
    const gate = makeGate(sandbox);
    await client.submit(submissionOf(sandbox, {command: ['/bin/sh', '-c', gate.pass]}));
    await untilCounted(sandbox, {running: 1});
    const queued = async (length: number) => {
      const submission = submissionOf(sandbox, {name: 'queued', command: ['x'.repeat(length)]});
      await client.submit(submission);
      return submission;
    };
    const peer = await rawPeer(sandbox);
    const listed = async (id: number) => {
      const before = peer.socket.bytesRead;
      peer.send(['ListJobs', id, {}]);
      await peer.until(frames => frames.at(-1)?.id === id);
      return {bytes: peer.socket.bytesRead - before - 4, answer: peer.frames.at(-1)};
    };
    const {bytes: without} = await listed(10);
    await queued(5_000_000);
    const {bytes: withOne} = await listed(11);
    const rest = MAX_FRAME_BYTES - withOne - (withOne - without - 5_000_000);
    const last = await queued(rest + 1);
    expect((await listed(12)).answer).toMatchObject({kind: 'Error', payload: {code: 'FRAME_TOO_LARGE'}});
    await client.cancel(keyOf(last));
    await queued(rest);
    expect(await listed(13)).toMatchObject({bytes: MAX_FRAME_BYTES, answer: {kind: 'Jobs'}});
    peer.socket.destroy();
    await client.cancelAll({graceMs: 0});
  });
});

describe('a client that follows a log', () => {
  it('has left when it ends its writing side: it gets what was written before, and nothing that comes', async () => {
    const gate = makeGate(sandbox);
    const submission = submissionOf(sandbox, {
      command: ['/bin/sh', '-c', `echo one; ${gate.pass}; echo two`],
    });
    await client.submit(submission);
    const peer = await rawPeer(sandbox);
    const job = keyOf(submission);
    peer.send(['TailLogs', 1, {job, follow: true}], ['Wait', 2, {job}]);
    await peer.until(frames => frames.at(-1)?.payload.data === 'one');
    peer.socket.end();
    await peer.closed();
    expect(peer.frames.map(({payload}) => payload.seq)).toEqual([0, 1]);
    await untilCounted(sandbox, {connections: 2});
    await gate.open();
    await client.wait(job);
  });

  it('leaves nothing behind when it vanishes in the middle, whatever it was doing', async () => {
    const submission = submissionOf(sandbox, {
      command: [process.execPath, join(PROGRAMS, 'timed-lines.mjs'), '5000', join(sandbox.work, 'stop')],
    });
    await client.submit(submission);
    const job = keyOf(submission);
    for await (const {seq} of client.tail(job)) if (seq > 0) break;
    await untilCounted(sandbox, {connections: 2});
    const files = openFiles();
    const follow = [1, 2, undefined].map(id =>
      encodeFrame({v: 1, id, req: 'TailLogs', payload: {job, follow: true}}),
    );
    for (let round = 0; round < 30; round++) {
      const peer = await rawPeer(sandbox);
      if (round % 3 === 0) peer.socket.pause();
      peer.socket.write(Buffer.concat([...follow, ...(round % 2 === 0 ? [HALF_FRAME] : [])]));
      if (round % 3 > 0) await peer.until(frames => frames.length >= round);
      peer.socket.destroy();
    }
    await untilCounted(sandbox, {connections: 2});
    await until(() => openFiles() <= files);
    expect(await client.request('Health', {})).toMatchObject({pid, unread_bytes: 0, last_errors: []});
    writeFileSync(join(sandbox.work, 'stop'), '');
    await client.wait(job);
  });
});

/** Resolves when what was asked before has been looked at and what is answered at once was answered. */
async function answered(peer: RawPeer): Promise<void> {
  for (const id of [901, 902]) {
    peer.send(['Ping', id, {}]);
    await peer.until(frames => frames.some(frame => frame.id === id));
  }
}

/** How many descriptors the coordinator has. */
function openFiles(): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Everything that the coordinator answers until it closes the connection; `leaves`: the client ends its writing side. */
async function framesFor(bytes: Buffer, {leaves = false} = {}): Promise<readonly Frame[]> {
  const peer = await rawPeer(sandbox);
  peer.socket.write(bytes);
  if (leaves) peer.socket.end();
  await peer.closed();
  return peer.frames;
}
