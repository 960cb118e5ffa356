import {once} from 'node:events';
import {setImmediate as nextTurn} from 'node:timers/promises';

import {afterEach, describe, expect, it} from 'vitest';

import {StintError} from '../../base/index.ts';
import {encodeFrame, MAX_FRAME_BYTES} from '../protocol/index.ts';
import {MOST_UNREAD_ANSWERS} from './outbox.ts';
import type {Routes} from './routes.ts';
import {type Peer, type Serving, serving} from './testing/serving.ts';

const PONG = {version: '0.1.0', schema: 1, pid: 42, started_at_ms: 1};

let running: Serving;
afterEach(() => running.stop());

async function start(routes: Partial<Routes> = {}): Promise<Serving> {
  running = await serving({Ping: () => PONG, ...routes});
  return running;
}

describe('the server', () => {
  it('answers each request when it is ready, in any order', async () => {
    const answers = new Map<number, () => void>();
    await start({
      SetParallel: ({parallel}) =>
        new Promise(resolve => {
          answers.set(parallel, () => resolve({parallel}));
        }),
    });
    const peer = await running.peer();
    peer.send(setParallel(1, 10), setParallel(2, 20), ping(3));
    expect(await peer.messages(1)).toEqual([answer(3, PONG)]);
    answers.get(20)?.();
    expect(await peer.messages(2)).toContainEqual(answer(2, {parallel: 20}, 'Parallel'));
    answers.get(10)?.();
    expect((await peer.messages(3)).at(-1)).toEqual(answer(1, {parallel: 10}, 'Parallel'));
  });

  it('answers a request without id, and takes frames in halves', async () => {
    await start();
    const peer = await running.peer();
    const frame = encodeFrame({v: 1, req: 'Ping', payload: {}});
    for (const byte of frame) {
      peer.socket.write(Buffer.of(byte));
      await nextTurn();
    }
    expect(await peer.messages(1)).toEqual([{v: 1, kind: 'Pong', payload: PONG}]);
  });

  it('sends what a route throws as an error, and reports what nobody foresaw', async () => {
    await start({
      GetParallel: () => {
        throw new StintError('BUSY', 'Not now.', {hint: 'Later.'});
      },
      OpenRepo: () => Promise.reject(new TypeError('x is not a function')),
    });
    const peer = await running.peer();
    peer.send(request(1, 'GetParallel', {}), request(2, 'OpenRepo', {repo: '0123456789abcdef'}), ping(3));
    const received = await peer.messages(3);
    expect(received).toHaveLength(3);
    expect(received).toContainEqual(failure(1, {code: 'BUSY', message: 'Not now.', hint: 'Later.'}));
    expect(received).toContainEqual(failure(2, {code: 'INTERNAL', message: 'x is not a function'}));
    expect(received).toContainEqual(answer(3, PONG));
    expect(running.reports).toEqual(['answering OpenRepo: TypeError: x is not a function']);
  });

  it('says so when an answer is too large to be sent', async () => {
    await start({Ping: () => ({...PONG, version: 'x'.repeat(MAX_FRAME_BYTES)})});
    const peer = await running.peer();
    peer.send(ping(1));
    expect(await peer.messages(1)).toEqual([
      failure(1, {code: 'FRAME_TOO_LARGE', message: expect.stringContaining('too large')}),
    ]);
  });

  it('sends and takes messages of exactly the largest size', async () => {
    const frameBytes = (version: string) => Buffer.byteLength(JSON.stringify(answer(1, {...PONG, version})));
    const longest = 'x'.repeat(MAX_FRAME_BYTES - frameBytes(''));
    let version = longest;
    await start({Ping: () => ({...PONG, version})});
    const peer = await running.peer();
    const request = JSON.stringify(ping(1));
    peer.socket.write(lengthOf(MAX_FRAME_BYTES));
    peer.socket.write(request.padEnd(MAX_FRAME_BYTES));
    expect((await peer.messages(1)).map(message => JSON.stringify(message).length)).toEqual([
      MAX_FRAME_BYTES,
    ]);
    version = `${longest}x`;
    peer.send(ping(2));
    expect((await peer.messages(2))[1]).toMatchObject(failure(2, {code: 'FRAME_TOO_LARGE'}));
  });

  it('tells a route when the peer that asked is gone', async () => {
    const {promise: signal, settle} = settledOnce<AbortSignal>();
    await start({
      Wait: (_, given) => {
        settle(given);
        return new Promise(() => undefined);
      },
    });
    const peer = await running.peer();
    const job = {repo: '0123456789abcdef', invocation: '3fa9c1d2e4b5', name: 'a', attempt: 1};
    peer.send(request(1, 'Wait', {job}));
    const gone = once(await signal, 'abort');
    peer.socket.destroy();
    await gone;
    expect(running.reports).toEqual([]);
  });

  it('takes many that wait on one connection for no leak', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => void warnings.push(warning);
    process.on('warning', warned);
    let waiting = 0;
    await start({
      Wait: (_, signal) => {
        waiting += 1;
        return new Promise(() => signal.addEventListener('abort', () => undefined));
      },
    });
    const peer = await running.peer();
    const job = {repo: '0123456789abcdef', invocation: '3fa9c1d2e4b5', name: 'a', attempt: 1};
    peer.send(...Array.from({length: 100}, (_, at) => request(at, 'Wait', {job})));
    while (waiting < 100) await nextTurn();
    await nextTurn();
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });

  it('has a limit for what one peer may have under way', async () => {
    await start({Wait: () => new Promise(() => undefined)});
    const peer = await running.peer();
    const job = {repo: '0123456789abcdef', invocation: '3fa9c1d2e4b5', name: 'a', attempt: 1};
    peer.send(...Array.from({length: 4097}, (_, at) => request(at, 'Wait', {job})));
    expect(await peer.messages(1)).toEqual([failure(4096, expect.objectContaining({code: 'BUSY'}))]);
  });

  it('works on some requests of a peer at a time, and on the next when one is answered', async () => {
    const working: (() => void)[] = [];
    await start({
      SetParallel: ({parallel}) =>
        new Promise(resolve => {
          working.push(() => resolve({parallel}));
        }),
      Wait: () => new Promise(() => undefined),
    });
    const [eager, other] = [await running.peer(), await running.peer()];
    const job = {repo: '0123456789abcdef', invocation: '3fa9c1d2e4b5', name: 'a', attempt: 1};
    eager.send(
      ...Array.from({length: 500}, (_, at) => request(1000 + at, 'Wait', {job})),
      ...Array.from({length: 200}, (_, at) => setParallel(at, at + 1)),
    );
    while (working.length < 64) await nextTurn();
    other.send(ping(1));
    await other.messages(1);
    expect(working).toHaveLength(64);
    while (eager.received.length < 200) {
      working.shift()?.();
      await nextTurn();
      expect(working.length).toBeLessThanOrEqual(64);
    }
    const ids = eager.received.map(message => (message as {id: number}).id);
    expect(ids).toEqual(Array.from({length: 200}, (_, at) => at));
  });

  it('counts its connections and tells when the last one is gone', async () => {
    await start();
    const [first, second] = [await running.peer(), await running.peer()];
    for (const peer of [first, second]) peer.send(ping(1));
    await Promise.all([first.messages(1), second.messages(1)]);
    expect(running.server.connections).toBe(2);
    first.socket.destroy();
    second.socket.destroy();
    await running.quiet();
    expect(running.server.connections).toBe(0);
  });

  it('ends its connections when it is closed, after what was written to them', async () => {
    await start({
      Shutdown: () => {
        setImmediate(() => running.server.close());
        return {left_running: 0, cancelled: 0};
      },
    });
    const [leaving, idle] = [await running.peer(), await running.peer()];
    leaving.send(request(1, 'Shutdown', {reason: 'test'}));
    await Promise.all([leaving.closed(), idle.closed()]);
    expect(leaving.received).toEqual([answer(1, {left_running: 0, cancelled: 0}, 'Leaving')]);
    await expect(running.peer()).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  });
});

describe('a peer that sends rubbish', () => {
  const RUBBISH: [string, Buffer, string][] = [
    ['a line of text', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'FRAME_TOO_LARGE'],
    ['a length one above the limit', lengthOf(MAX_FRAME_BYTES + 1), 'FRAME_TOO_LARGE'],
    ['a frame without JSON', Buffer.concat([lengthOf(3), Buffer.from('{a}')]), 'BAD_REQUEST'],
    ['a frame without bytes', lengthOf(0), 'BAD_REQUEST'],
    ['a number instead of a message', encodeFrame(7), 'BAD_REQUEST'],
    ['another version', encodeFrame({v: 9, id: 1, req: 'Ping', payload: {}}), 'SCHEMA_MISMATCH'],
    ['an unknown request', encodeFrame({v: 1, id: 1, req: 'Pong', payload: {}}), 'BAD_REQUEST'],
    ['the same several times', Buffer.concat(Array(5).fill(encodeFrame({v: 1}))), 'BAD_REQUEST'],
  ];

  it.each(RUBBISH)('gets one error and is closed, while another one goes on: %s', async (_, bytes, code) => {
    await start();
    const [good, bad] = [await running.peer(), await running.peer()];
    good.send(ping(1));
    await good.messages(1);
    bad.socket.write(bytes);
    await bad.closed();
    expect(bad.received).toEqual([
      expect.objectContaining({kind: 'Error', payload: expect.objectContaining({code})}),
    ]);
    good.send(ping(2));
    expect((await good.messages(2)).at(-1)).toEqual(answer(2, PONG));
  });

  it('gets its error also when it goes on sending for a while, and is closed when it does so for ever', async () => {
    await start();
    const [long, endless] = [await running.peer(), await running.peer()];
    const more = Buffer.alloc(MAX_FRAME_BYTES);
    long.socket.write(lengthOf(MAX_FRAME_BYTES + 1));
    long.socket.write(more);
    endless.socket.write(lengthOf(MAX_FRAME_BYTES + 1));
    let taken = 0;
    for (let round = 0; round < 8; round++) {
      endless.socket.write(more, error => {
        if (!error) taken += 1;
      });
    }
    await Promise.all([long.closed(), endless.closed()]);
    expect(long.received).toMatchObject([{kind: 'Error', payload: {code: 'FRAME_TOO_LARGE'}}]);
    expect(taken).toBeLessThan(4);
  });

  it('is closed also when it never closes its own side', async () => {
    await start();
    const peer = await running.peer();
    peer.socket.allowHalfOpen = true;
    peer.socket.write(lengthOf(0));
    await peer.messages(1);
    await running.quiet();
    expect(running.server.connections).toBe(0);
  });

  it('is not obeyed any more, whatever it sends behind it', async () => {
    let asked = 0;
    await start({
      SetParallel: ({parallel}) => {
        asked += 1;
        return {parallel};
      },
    });
    const peer = await running.peer();
    peer.send({v: 1, id: 1, req: 'Pong', payload: {}}, setParallel(2, 20));
    await peer.closed();
    expect(asked).toBe(0);
  });

  it('that leaves in the middle of a frame hurts nobody', async () => {
    await start();
    const [good, bad] = [await running.peer(), await running.peer()];
    bad.socket.end(encodeFrame('half').subarray(0, 6));
    await bad.closed();
    good.send(ping(1));
    expect(await good.messages(1)).toEqual([answer(1, PONG)]);
  });
});

describe('a peer that never reads', () => {
  it('is not read from any more once its answers pile up, and gets all of them when it reads', async () => {
    const text = 'x'.repeat(64 * 1024);
    let asked = 0;
    await start({
      Ping: () => {
        asked += 1;
        return {...PONG, version: text};
      },
      GetParallel: () => ({parallel: 4}),
    });
    const [lazy, good] = [await running.peer(), await running.peer()];
    lazy.socket.pause();
    const count = 500;
    for (let id = 1; id <= count; id++) lazy.send(ping(id));
    await settled(() => asked);
    expect(asked).toBeLessThan(count);
    expect(running.server.unreadBytes).toBeGreaterThan(0);
    expect(running.server.unreadBytes).toBeLessThan(MOST_UNREAD_ANSWERS + text.length + 200);
    await answersTo(good);
    lazy.socket.resume();
    const ids = (await lazy.messages(count)).map(message => (message as {id: number}).id);
    expect(ids).toEqual(Array.from({length: count}, (_, at) => at + 1));
  });

  async function answersTo(peer: Peer): Promise<void> {
    peer.send(request(1, 'GetParallel', {}));
    expect(await peer.messages(1)).toEqual([answer(1, {parallel: 4}, 'Parallel')]);
  }

  /** Resolves when the number has stayed the same for many turns of the event loop. */
  async function settled(number: () => number): Promise<void> {
    for (let same = 0, last = -1; same < 200; ) {
      await nextTurn();
      same = number() === last ? same + 1 : 0;
      last = number();
    }
  }
});

function settledOnce<T>() {
  let settle: (value: T) => void = () => undefined;
  const promise = new Promise<T>(resolve => {
    settle = resolve;
  });
  return {promise, settle};
}

function request(id: number, req: string, payload: object): object {
  return {v: 1, id, req, payload};
}

function ping(id: number): object {
  return request(id, 'Ping', {});
}

function setParallel(id: number, parallel: number): object {
  return request(id, 'SetParallel', {parallel});
}

function answer(id: number, payload: object, kind = 'Pong'): object {
  return {v: 1, id, kind, payload};
}

function failure(id: number, payload: object): object {
  return {v: 1, id, kind: 'Error', payload};
}

function lengthOf(bytes: number): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(bytes);
  return header;
}
