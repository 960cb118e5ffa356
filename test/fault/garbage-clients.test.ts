import {once} from 'node:events';
import {connect, type Socket} from 'node:net';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {Client} from '../../src/coordinator/client/index.ts';
import {encodeFrame, FrameDecoder} from '../../src/coordinator/protocol/index.ts';
import {clientOf, keyOf, submissionOf} from '../support/library-jobs.ts';
import {seededRandom} from '../support/random.ts';
import {Sandbox} from '../support/sandbox.ts';

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
      const socket = await connected();
      sockets.push(socket);
      ways[number % ways.length]?.(socket);
      if (number % 10 === 0) expect((await client.request('Ping', {}, {timeoutMs: 2000})).pid).toBe(pid);
    }
    expect(await waiting).toMatchObject({exit_code: 9});
    expect((await client.request('Health', {}, {timeoutMs: 2000})).last_errors).toEqual([]);
    for (const socket of sockets) socket.destroy();
    expect((await client.request('Ping', {})).pid).toBe(pid);
  });

  it('does not get at the requests that stand behind its garbage', async () => {
    const shutdown = encodeFrame({v: 1, id: 2, req: 'Shutdown', payload: {reason: 'a trick'}});
    await framesFor(Buffer.concat([frameOf('nonsense'), shutdown]));
    expect((await client.request('Ping', {})).pid).toBe(pid);
  });
});

async function connected(): Promise<Socket> {
  const socket = connect(join(sandbox.state, 'coordinator.sock'));
  socket.on('error', () => undefined); // to be reset is part of the game
  await once(socket, 'connect');
  return socket;
}

/** Everything that the coordinator answers until it closes the connection. */
async function framesFor(bytes: Buffer): Promise<unknown[]> {
  const socket = await connected();
  const decoder = new FrameDecoder();
  const frames: unknown[] = [];
  socket.on('data', piece => void frames.push(...decoder.push(piece)));
  socket.write(bytes);
  await once(socket, 'close');
  return frames;
}
