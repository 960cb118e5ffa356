import {setImmediate as nextTurn} from 'node:timers/promises';

import {afterEach, describe, expect, it} from 'vitest';

import {StintError} from '../../base/index.ts';
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

  it('ends when its connection does', async () => {
    let isOver = false;
    served = await serving({
      TailLogs: async function* (_, signal) {
        yield Buffer.from('{"seq":0}\n');
        await new Promise(resolve => signal.addEventListener('abort', resolve, {once: true}));
        isOver = true;
      },
    });
    const peer = await served.peer();
    peer.send(tail(1));
    await peer.messages(1);
    peer.socket.destroy();
    await served.quiet();
    await nextTurn();
    expect(isOver).toBe(true);
  });

  it('is not read ahead for a peer that does not read, however many it asked for, and nobody else waits', async () => {
    let chunks = 0;
    const chunk = Buffer.from(`{"seq":0,"data":"${'x'.repeat(64 * 1024)}"}\n`);
    served = await serving({
      TailLogs: async function* () {
        for (;;) {
          chunks += 1;
          yield chunk;
        }
      },
      Ping: () => ({version: '0', schema: 1, pid: 1, started_at_ms: 1}),
    });
    const silent = await served.peer();
    silent.socket.pause();
    silent.send(...Array.from({length: 100}, (_, id) => tail(id)));
    const other = await served.peer();
    for (let id = 0; id < 50; id++) {
      other.send({v: 1, id, req: 'Ping', payload: {}});
      await other.messages(id + 1);
    }
    const before = chunks;
    for (let turn = 0; turn < 100; turn++) await nextTurn();
    expect(chunks).toBe(before);
    expect(chunks).toBeLessThan(120); // one taken for each stream at most, and what the socket holds
  });
});

async function* failing(error: Error): AsyncGenerator<Buffer, void, undefined> {
  await nextTurn();
  yield* [] as Buffer[];
  throw error;
}
