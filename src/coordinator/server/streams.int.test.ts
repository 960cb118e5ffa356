import {setImmediate as nextTurn} from 'node:timers/promises';

import {afterEach, describe, expect, it} from 'vitest';

import {StintError} from '../../base/index.ts';
import {MOST_STREAMS} from './peer-streams.ts';
import {type Serving, serving} from './testing/serving.ts';

const JOB = {repo: '0123456789abcdef', invocation: '3fa9c1d2e4b5', name: 'a', attempt: 1};
const tail = (id: number) => ({v: 1, id, req: 'TailLogs', payload: {job: JOB, follow: true}});

let served: Serving | undefined;
afterEach(() => served?.stop());

describe('a stream', () => {
  it('is its lines as frames, in order, and one end', async () => {
    served = await serving({
      TailLogs: async function* () {
        yield Buffer.from('{"seq":0}\n{"seq":1}\n');
        yield Buffer.from('{"seq":2}\n');
      },
    });
    const peer = await served.peer();
    peer.send(tail(7));
    const frame = (seq: number) => ({v: 1, id: 7, kind: 'StreamFrame', payload: {seq}});
    expect(await peer.messages(4)).toEqual([
      frame(0),
      frame(1),
      frame(2),
      {v: 1, id: 7, kind: 'StreamEnd', payload: {}},
    ]);
  });

  it('that cannot begin is one error, and the connection goes on', async () => {
    served = await serving({
      TailLogs: () => failing(new StintError('JOB_NOT_FOUND', 'There is no such job.')),
      Ping: () => ({version: '0', schema: 1, pid: 1, started_at_ms: 1}),
    });
    const peer = await served.peer();
    peer.send(tail(1), {v: 1, id: 2, req: 'Ping', payload: {}});
    const kinds = (await peer.messages(2)).map(message => (message as {kind: string}).kind);
    expect(kinds.sort()).toEqual(['Error', 'Pong']);
  });

  it('ends when the peer asks for that', async () => {
    served = await serving({
      TailLogs: async function* (_, signal) {
        yield Buffer.from('{"seq":0}\n');
        await new Promise(resolve => signal.addEventListener('abort', resolve, {once: true}));
      },
    });
    const peer = await served.peer();
    peer.send(tail(1));
    await peer.messages(1);
    expect(served.server.isAsked).toBe(true);
    peer.send({v: 1, id: 2, req: 'EndStream', payload: {stream: 1}});
    const kinds = (await peer.messages(3)).map(message => (message as {kind: string}).kind);
    expect(kinds.sort()).toEqual(['Ended', 'StreamEnd', 'StreamFrame']);
    expect(served.server.isAsked).toBe(false);
  });

  it('ends when its connection does, also one without an id and one whose id was used twice', async () => {
    const following = await servingEndless();
    const peer = await following.served.peer();
    const {id: _, ...withoutId} = tail(0);
    peer.send(tail(1), withoutId, tail(1), withoutId);
    await peer.messages(4);
    peer.socket.destroy();
    await following.served.quiet();
    await nextTurn();
    expect(following).toMatchObject({begun: 4, ended: 4});
  });

  it('ends when the peer ends its writing side, and the peer reads what was written before', async () => {
    const following = await servingEndless();
    const peer = await following.served.peer();
    peer.send(tail(1), {v: 1, id: 2, req: 'Wait', payload: {job: JOB}});
    await peer.messages(1);
    peer.send(tail(3));
    peer.socket.end();
    await peer.closed();
    expect(peer.received.map(idAndKind)).toEqual(['1 StreamFrame', '3 StreamFrame']);
    expect(following).toMatchObject({begun: 2, ended: 2});
    expect(following.served.server.isAsked).toBe(false);
  });

  it('ends when the peer ends its writing side and does not read', async () => {
    const following = await servingEndless(Buffer.from(`{"data":"${'x'.repeat(1024 * 1024)}"}\n`));
    const peer = await following.served.peer();
    peer.socket.pause();
    peer.send(tail(1));
    peer.socket.end();
    while (following.ended < 1) await nextTurn();
    expect(following.served.server.isAsked).toBe(false);
    peer.socket.resume();
    await peer.closed();
    expect(peer.received.map(idAndKind)).toEqual(['1 StreamFrame']);
  });

  it('that nobody reads can still be ended', async () => {
    const following = await servingEndless(Buffer.from(`{"data":"${'x'.repeat(1024 * 1024)}"}\n`));
    const peer = await following.served.peer();
    peer.socket.pause();
    peer.send(tail(1));
    while (following.begun < 1) await nextTurn();
    peer.send({v: 1, id: 2, req: 'EndStream', payload: {stream: 1}});
    while (!following.signals[0]?.aborted) await nextTurn();
    peer.socket.resume();
    expect((await peer.messages(3)).map(idAndKind).sort()).toEqual([
      '1 StreamEnd',
      '1 StreamFrame',
      '2 Ended',
    ]);
  });

  it('is refused when its connection has too many, until one of them has ended', async () => {
    const following = await servingEndless();
    const peer = await following.served.peer();
    peer.send(...Array.from({length: MOST_STREAMS}, (_, id) => tail(id)));
    await peer.messages(MOST_STREAMS);
    peer.send(tail(100));
    const message = `This connection has ${MOST_STREAMS} streams, more are not allowed at once.`;
    expect((await peer.messages(MOST_STREAMS + 1)).at(-1)).toMatchObject({
      id: 100,
      kind: 'Error',
      payload: {code: 'BUSY', message},
    });
    peer.send({v: 1, id: 101, req: 'EndStream', payload: {stream: 7}});
    await peer.messages(MOST_STREAMS + 3);
    peer.send(tail(102));
    expect((await peer.messages(MOST_STREAMS + 4)).slice(-3).map(idAndKind).sort()).toEqual([
      '101 Ended',
      '102 StreamFrame',
      '7 StreamEnd',
    ]);
    const other = await following.served.peer();
    other.send(tail(1));
    expect((await other.messages(1)).map(idAndKind)).toEqual(['1 StreamFrame']);
  });

  it('is not read ahead for a peer that does not read, however many it asked for, and nobody else waits', async () => {
    let chunks = 0;
    const chunk = Buffer.from(`{"seq":0,"data":"${'x'.repeat(64 * 1024)}"}\n`);
    served = await serving({
      TailLogs: async function* () {
        while (chunks < 2000) {
          chunks += 1;
          yield chunk;
        }
      },
      Ping: () => ({version: '0', schema: 1, pid: 1, started_at_ms: 1}),
    });
    const silent = await served.peer();
    silent.socket.pause();
    silent.send(...Array.from({length: MOST_STREAMS}, (_, id) => tail(id)));
    const other = await served.peer();
    for (let id = 0; id < 50; id++) {
      other.send({v: 1, id, req: 'Ping', payload: {}});
      await other.messages(id + 1);
    }
    const before = chunks;
    for (let turn = 0; turn < 100; turn++) await nextTurn();
    expect(chunks).toBe(before);
    expect(chunks).toBeLessThan(MOST_STREAMS + 20); // one taken for each stream at most, and what the socket holds
    expect(served.server.unreadBytes).toBeGreaterThan(0);
    expect(served.server.unreadBytes).toBeLessThan(chunk.length + 100 + 64 * 1024);
  });

  it('lets a request of its connection be answered, however many there are, as long as the peer reads', async () => {
    const chunk = Buffer.from(`{"seq":0,"data":"${'x'.repeat(64 * 1024)}"}\n`);
    served = await serving({
      TailLogs: async function* () {
        for (let sent = 0; sent < 200; sent++) {
          yield chunk;
          await nextTurn();
        }
      },
      Ping: () => ({version: '0', schema: 1, pid: 1, started_at_ms: 1}),
    });
    const peer = await served.peer();
    peer.send(...Array.from({length: MOST_STREAMS}, (_, id) => tail(id)));
    for (let asked = 1; asked <= 10; asked++) {
      const before = (await peer.messages(peer.received.length + 1)).length;
      peer.send({v: 1, id: 1000 + asked, req: 'Ping', payload: {}});
      while (!peer.received.slice(before).some(message => idAndKind(message) === `${1000 + asked} Pong`))
        await peer.messages(peer.received.length + 1);
      expect(peer.received.length - before).toBeLessThan(100);
    }
  });
});

interface Following {
  readonly served: Serving;
  begun: number;
  ended: number;
  readonly signals: AbortSignal[];
}

/** Every stream has one chunk and then waits until it is ended. */
async function servingEndless(chunk: Buffer = Buffer.from('{"seq":0}\n')): Promise<Following> {
  const signals: AbortSignal[] = [];
  served = await serving({
    TailLogs: async function* (_, signal) {
      following.begun += 1;
      signals.push(signal);
      try {
        yield chunk;
        if (!signal.aborted)
          await new Promise(resolve => signal.addEventListener('abort', resolve, {once: true}));
      } finally {
        following.ended += 1;
      }
    },
    Wait: () => new Promise(() => undefined),
  });
  const following: Following = {served, begun: 0, ended: 0, signals};
  return following;
}

function idAndKind(message: unknown): string {
  const {id, kind} = message as {id: number; kind: string};
  return `${id} ${kind}`;
}

async function* failing(error: Error): AsyncGenerator<Buffer, void, undefined> {
  await nextTurn();
  yield* [] as Buffer[];
  throw error;
}
