import {afterEach, describe, expect, it} from 'vitest';

import {StintError} from '../../base/index.ts';
import {listen, type Server, type Socket} from '../../platform/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {encodeFrame, FrameDecoder, MAX_FRAME_BYTES} from '../protocol/index.ts';
import type {Routes} from '../server/index.ts';
import {type Serving, serving} from '../server/testing/serving.ts';
import {Connection} from './connection.ts';

const PONG = {version: '0.1.0', schema: 1, pid: 42, started_at_ms: 1};
const REPO = {repo: '0123456789abcdef'};

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function connected(routes: Partial<Routes>): Promise<{connection: Connection; running: Serving}> {
  const running = await serving(routes);
  cleanups.push(() => running.stop());
  const connection = await Connection.open(running.path);
  cleanups.push(() => connection.close());
  return {connection, running};
}

describe('a connection', () => {
  it('gives each request its own answer, whichever comes first', async () => {
    const waiting: (() => void)[] = [];
    const {connection} = await connected({
      SetParallel: ({parallel}) =>
        new Promise(resolve => {
          waiting.unshift(() => resolve({parallel}));
          if (waiting.length === 3) for (const answer of waiting) answer();
        }),
    });
    const answers = [1, 2, 3].map(parallel => connection.request('SetParallel', {parallel}));
    expect(await Promise.all(answers)).toEqual([{parallel: 1}, {parallel: 2}, {parallel: 3}]);
  });

  it('rejects with the error that the coordinator sent, and goes on', async () => {
    const {connection} = await connected({
      OpenRepo: () => {
        throw new StintError('NEWER_SCHEMA', 'Too new.', {hint: 'Upgrade.', details: {version: 9}});
      },
      Ping: () => PONG,
    });
    await expect(connection.request('OpenRepo', REPO)).rejects.toMatchObject({
      code: 'NEWER_SCHEMA',
      message: 'Too new.',
      hint: 'Upgrade.',
      details: {version: 9},
    });
    expect(await connection.request('Ping', {})).toEqual(PONG);
  });

  it('waits for as long as is given, also where that is longer than Node counts', async () => {
    const {connection} = await connected({
      SetParallel: ({parallel}) => new Promise(resolve => void setTimeout(() => resolve({parallel}), 20)),
    });
    expect(await connection.request('SetParallel', {parallel: 1}, {timeoutMs: 2 ** 32})).toEqual({
      parallel: 1,
    });
  });

  it('rejects what is too large to be sent, and goes on', async () => {
    const {connection} = await connected({Ping: () => PONG});
    const reason = 'x'.repeat(MAX_FRAME_BYTES);
    await expect(connection.request('Shutdown', {reason})).rejects.toMatchObject({code: 'FRAME_TOO_LARGE'});
    expect(await connection.request('Ping', {})).toEqual(PONG);
  });

  it('gives up after the time that was given, and passes over the answer that comes late', async () => {
    let late: () => void = () => undefined;
    const {connection} = await connected({
      SetParallel: ({parallel}) =>
        new Promise(resolve => {
          late = () => resolve({parallel});
        }),
      Ping: () => PONG,
    });
    await expect(connection.request('SetParallel', {parallel: 1}, {timeoutMs: 20})).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: 'The coordinator did not answer SetParallel within 20 ms.',
    });
    late();
    expect(await connection.request('Ping', {}, {timeoutMs: 15_000})).toEqual(PONG);
  });

  it('gives up when it is told to, before and while it waits', async () => {
    const {connection} = await connected({GetParallel: () => new Promise(() => undefined), Ping: () => PONG});
    const controller = new AbortController();
    const asked = connection.request('GetParallel', {}, {signal: controller.signal});
    controller.abort('enough');
    await expect(asked).rejects.toMatchObject({code: 'ABORTED', cause: 'enough'});
    await expect(connection.request('Ping', {}, {signal: controller.signal})).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(await connection.request('Ping', {})).toEqual(PONG);
  });

  it('rejects everything under way when the server dies', async () => {
    const {connection, running} = await connected({
      GetParallel: () => new Promise(() => undefined),
      Ping: () => PONG,
    });
    const asked = [1, 2].map(() => connection.request('GetParallel', {}));
    await connection.request('Ping', {});
    const closed = new Promise<void>(resolve => connection.onceClosed(resolve));
    running.server.close();
    for (const each of asked) await expect(each).rejects.toMatchObject({code: 'CONNECTION_CLOSED'});
    await closed;
    expect(connection.isOpen).toBe(false);
    await expect(connection.request('Ping', {})).rejects.toMatchObject({code: 'CONNECTION_CLOSED'});
  });

  it('rejects everything under way when it is closed', async () => {
    const {connection, running} = await connected({GetParallel: () => new Promise(() => undefined)});
    const asked = connection.request('GetParallel', {});
    connection.close();
    await expect(asked).rejects.toMatchObject({code: 'CONNECTION_CLOSED'});
    await running.quiet();
  });

  it('cannot be opened where nobody listens', async () => {
    const directory = temporaryDirectory();
    cleanups.push(() => directory.remove());
    await expect(Connection.open(directory.at('nobody'))).rejects.toMatchObject({code: 'ENOENT'});
  });
});

describe('a coordinator that answers strangely', () => {
  it.each<[string, unknown, string]>([
    ['another answer than promised', {v: 1, id: 1, kind: 'Answer', payload: {pid: 'x'}}, 'BAD_REQUEST'],
    [
      'an error without id',
      {v: 1, kind: 'Error', payload: {code: 'SCHEMA_MISMATCH', message: 'm'}},
      'SCHEMA_MISMATCH',
    ],
    [
      'an error of a later version',
      {v: 1, id: 1, kind: 'Error', payload: {code: 'TOO_WARM', message: 'm'}},
      'TOO_WARM',
    ],
    ['no message', 7, 'BAD_REQUEST'],
  ])('rejects the request: %s', async (_, message, code) => {
    const path = await answering(() => encodeFrame(message));
    const connection = await Connection.open(path);
    cleanups.push(() => connection.close());
    await expect(connection.request('Ping', {})).rejects.toMatchObject({code});
  });

  it('is left when it sends no frames at all', async () => {
    const path = await answering(() => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const connection = await Connection.open(path);
    await expect(connection.request('Ping', {})).rejects.toMatchObject({code: 'FRAME_TOO_LARGE'});
    expect(connection.isOpen).toBe(false);
  });

  it('may cut its answer anywhere', async () => {
    const frame = encodeFrame({v: 1, id: 1, kind: 'Answer', payload: PONG});
    const path = await answering((_, socket) => {
      socket.write(frame.subarray(0, 9));
      return frame.subarray(9);
    });
    const connection = await Connection.open(path);
    cleanups.push(() => connection.close());
    expect(await connection.request('Ping', {})).toEqual(PONG);
  });

  /** Listens and sends what `answer` gives for each message; resolves with the path. */
  async function answering(answer: (message: unknown, socket: Socket) => Buffer): Promise<string> {
    const directory: TemporaryDirectory = temporaryDirectory();
    const path = directory.at('sock');
    const sockets: Socket[] = [];
    const server: Server = await listen(
      path,
      socket => {
        sockets.push(socket);
        const decoder = new FrameDecoder();
        socket.on('data', piece => {
          for (const message of decoder.push(piece)) socket.write(answer(message, socket));
        });
        socket.on('error', () => socket.destroy());
      },
      () => undefined,
    );
    cleanups.push(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
      directory.remove();
    });
    return path;
  }
});
