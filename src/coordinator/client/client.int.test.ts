import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {codeOf} from '../../base/index.ts';
import {connect, packageVersion, processSpace, type Socket} from '../../platform/index.ts';
import {childProgram} from '../../platform/testing/child-program.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import type {Routes, Streams} from '../server/index.ts';
import {type Serving, serving} from '../server/testing/serving.ts';
import {Client} from './client.ts';

/** Stands for starting a coordinator process; a test says what that brings up. */
const startCoordinator = vi.hoisted(() => vi.fn<(state: string) => Promise<void>>());
vi.mock('./start-coordinator.ts', () => ({startCoordinator}));

const PONG = {version: packageVersion(), schema: 1, pid: 42, started_at_ms: 1};
const JOB = {repo: '0123456789abcdef', invocation: '3fa9c1d2e4b5', name: 'a', attempt: 1} as never;
const OUTCOME = {
  name: 'a',
  invocation: '3fa9c1d2e4b5',
  attempt: 1,
  status: 'completed',
  exit_code: 0,
  message: null,
};

const SUBMISSION = {
  invocation: '3fa9c1d2e4b5',
  repo: '0123456789abcdef',
  place: '/tmp',
  trigger_command: 'a test',
  hook_type: null,
  cwd: '/tmp',
  umask: 0o22,
  env: [],
  checkout: {worktree: null, branch: null, commit: null, dirty: null},
  jobs: [{name: 'a', command: ['true'], tags: [], sample_every: 1, linger_ms: 0}],
};

let directory: TemporaryDirectory;
let client: Client;
let said: string[];
const servers: Serving[] = [];

beforeEach(() => {
  directory = temporaryDirectory();
  said = [];
  client = new Client({state: directory.path, notify: message => void said.push(message)});
  startCoordinator.mockReset().mockRejectedValue(new Error('nobody was to start a coordinator'));
});
afterEach(() => {
  client.close();
  for (const server of servers.splice(0)) server.stop();
  directory.remove();
});

async function serve(routes: Partial<Routes & Streams> = {}): Promise<Serving> {
  const server = await serving({Ping: () => PONG, ...routes}, directory.at('coordinator.sock'));
  servers.push(server);
  return server;
}

describe('the client', () => {
  it('takes the coordinator that is there, with one connection for all requests', async () => {
    const {server} = await serve({GetParallel: () => ({parallel: 4})});
    const answers = await Promise.all([1, 2, 3].map(() => client.request('GetParallel', {})));
    expect(answers).toEqual([{parallel: 4}, {parallel: 4}, {parallel: 4}]);
    expect(server.connections).toBe(1);
    expect(said).toEqual([]);
  });

  it('starts a coordinator when there is none, once for all who ask', async () => {
    startCoordinator.mockImplementation(async () => void (await serve({GetParallel: () => ({parallel: 4})})));
    await Promise.all([1, 2, 3].map(() => client.request('GetParallel', {})));
    expect(startCoordinator).toHaveBeenCalledExactlyOnceWith(directory.path);
  });

  it('starts another one when that one left before it could be reached', async () => {
    startCoordinator
      .mockImplementationOnce(() => Promise.resolve())
      .mockImplementationOnce(async () => void (await serve()));
    expect((await client.connect()).isOpen).toBe(true);
    expect(startCoordinator).toHaveBeenCalledTimes(2);
  });

  it('starts another one when that one dies before it has said its version', async () => {
    const dying: Serving = await serve({
      Ping: () => {
        dying.server.close();
        return new Promise(() => undefined);
      },
    });
    startCoordinator.mockImplementation(async () => void (await serve()));
    expect((await client.connect()).isOpen).toBe(true);
    expect(startCoordinator).toHaveBeenCalledTimes(1);
  });

  it('gives up a request of which coordinators die', async () => {
    startCoordinator.mockImplementation(async () => {
      const dying: Serving = await serve({
        Submit: () => {
          dying.server.close();
          return new Promise(() => undefined);
        },
      });
    });
    await expect(client.submit(SUBMISSION)).rejects.toMatchObject({code: 'CONNECTION_CLOSED'});
  });

  it('says why none could be started', async () => {
    startCoordinator.mockRejectedValue(Object.assign(new Error('too open'), {code: 'PERMISSIONS_TOO_OPEN'}));
    await expect(client.request('Ping', {})).rejects.toMatchObject({code: 'PERMISSIONS_TOO_OPEN'});
  });

  it('waits on however often coordinators die in the middle', async () => {
    let deaths = 0;
    const dying = async () => {
      const server: Serving = await serve({
        Wait: () =>
          new Promise(resolve => {
            deaths += 1;
            if (deaths === 25) resolve(OUTCOME);
            else server.server.close();
          }),
      });
    };
    startCoordinator.mockImplementation(dying);
    expect(await client.wait(JOB)).toEqual(OUTCOME);
    expect(startCoordinator).toHaveBeenCalledTimes(25);
  });

  it('waits no longer than it was told to, however often coordinators die in the middle', async () => {
    startCoordinator.mockImplementation(async () => {
      const server: Serving = await serve({
        Wait: () => new Promise(() => void setTimeout(() => server.server.close(), 20)),
      });
    });
    await expect(client.wait(JOB, {timeoutMs: 200})).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: 'The coordinator did not answer Wait within 200 ms.',
    });
    expect(startCoordinator.mock.calls.length).toBeGreaterThan(1);
  });

  it('does not repeat what the coordinator refuses', async () => {
    let asked = 0;
    await serve({
      Wait: () => {
        asked += 1;
        throw Object.assign(new Error('x'), {code: 'EIO'});
      },
    });
    await expect(client.wait(JOB)).rejects.toMatchObject({code: 'INTERNAL'});
    expect(asked).toBe(1);
  });

  it('does not start a coordinator to ask how it is', async () => {
    expect(await client.health()).toBeUndefined();
  });

  it('asks how it is over a connection of its own', async () => {
    const health = {
      ...PONG,
      parallel: 1,
      queued: 0,
      running: 0,
      open: 0,
      connections: 1,
      unread_bytes: 0,
      troubles: [],
      last_errors: [],
    };
    const server = await serve({Health: () => health});
    expect(await client.health()).toEqual(health);
    await server.quiet();
  });

  it('looks again who is there when one leaves before it has said how it is', async () => {
    const leaving: Serving = await serve({
      Health: () => {
        leaving.server.close();
        return new Promise(() => undefined);
      },
    });
    expect(await client.health()).toBeUndefined();
    expect(startCoordinator).not.toHaveBeenCalled();
  });

  it('says why it does not believe where the socket is to be, as of any file of stint', async () => {
    const deep = directory.at('x'.repeat(100));
    mkdirSync(deep, {mode: 0o700});
    writeFileSync(join(deep, 'coordinator.addr'), '/tmp/of-others\n', {mode: 0o644});
    await expect(new Client({state: deep}).connect()).rejects.toMatchObject({
      code: 'PERMISSIONS_TOO_OPEN',
      hint: expect.stringContaining('chmod 600'),
    });
  });

  it('leaves no connection behind when it is closed while it connects', async () => {
    const server = await serve();
    const connecting = client.connect();
    client.close();
    await expect(connecting).rejects.toMatchObject({code: 'CONNECTION_CLOSED'});
    await server.quiet();
    expect((await client.connect()).isOpen).toBe(true);
  });

  it('ends what it waits for when it is closed', async () => {
    await serve({Wait: () => new Promise(() => undefined)});
    await client.connect();
    const waiting = client.wait(JOB);
    client.close();
    await expect(waiting).rejects.toMatchObject({code: 'CONNECTION_CLOSED'});
  });

  it('starts no coordinator for who gave up before it watched', async () => {
    const watched = client.watchJobs('0123456789abcdef' as never, {signal: AbortSignal.abort()});
    expect(await watched.next()).toEqual({done: true, value: undefined});
    expect(startCoordinator).not.toHaveBeenCalled();
  });

  it('leaves no connection behind to a coordinator that does not do what it asks', async () => {
    const server = await serve({
      Ping: () => {
        throw new Error('confused');
      },
    });
    await expect(client.connect()).rejects.toMatchObject({message: 'confused'});
    await server.quiet();
  });
});

describe('a coordinator that is busy', () => {
  /** Serves after it was stopped, and continued by the test. */
  const SLOW = `
    import {serve} from 'SRC/coordinator/server/index.ts';
    const health = JSON.parse(process.argv[3]);
    const routes = {Health: () => health};
    await serve({path: process.argv[2], routes, report: () => {}, onAnswered: () => {}});
    process.stdout.write('up\\n', () => process.kill(process.pid, 'SIGSTOP'));
  `;

  it('is waited for when more clients come than can wait in line', async () => {
    const health = {
      ...PONG,
      parallel: 1,
      queued: 0,
      running: 0,
      open: 0,
      connections: 0,
      unread_bytes: 0,
      troubles: [],
      last_errors: [],
    };
    const program = await childProgram(SLOW);
    const path = directory.at('coordinator.sock');
    const child = program.start(path, JSON.stringify(health));
    const sockets: Socket[] = [];
    try {
      await child.line();
      expect(await fillLine(path, sockets)).toBe('EAGAIN');
      const asked = client.health();
      child.process.kill('SIGCONT');
      expect(await asked).toEqual(health);
    } finally {
      for (const socket of sockets) socket.destroy();
      await child.kill();
      program.remove();
    }
  });

  /** Connects until the system refuses; resolves with the reason. */
  async function fillLine(path: string, sockets: Socket[]): Promise<unknown> {
    for (let count = 0; count < 10_000; count++) {
      try {
        sockets.push(await connect(path));
      } catch (error) {
        return codeOf(error);
      }
    }
    return 'never';
  }
});

describe('a coordinator of another version', () => {
  it('is replaced again when an older client was faster to start another older one', async () => {
    const serveOlder = async () => {
      const older: Serving = await serve({
        Ping: () => ({...PONG, version: '0.0.1'}),
        Shutdown: () => {
          setImmediate(() => older.server.close());
          return {left_running: 0, cancelled: 0};
        },
      });
    };
    await serveOlder();
    startCoordinator.mockImplementationOnce(serveOlder).mockImplementation(async () => void (await serve()));
    const connection = await client.connect();
    expect((await connection.request('Ping', {})).version).toBe(PONG.version);
    expect(startCoordinator).toHaveBeenCalledTimes(2);
  });

  it('is replaced when it is older, and somebody is told', async () => {
    const older = await serve({
      Ping: () => ({...PONG, version: '0.0.1'}),
      Shutdown: ({reason}) => {
        said.push(reason);
        setImmediate(() => older.server.close());
        return {left_running: 0, cancelled: 0};
      },
    });
    startCoordinator.mockImplementation(async () => void (await serve()));
    await client.connect();
    expect(said).toEqual([
      `the coordinator is stint 0.0.1, older than this stint ${PONG.version}: it is replaced, its jobs go on`,
      `replaced by ${PONG.version}`,
    ]);
    expect(startCoordinator).toHaveBeenCalledTimes(1);
  });

  it('stays where its jobs cannot be taken over here, also when it is older, and submitters are told where that is', async () => {
    const place = {...processSpace(), pid_ns: (processSpace().pid_ns ?? 0) + 1};
    await serve({
      Ping: () => ({...PONG, ...place, version: '0.0.1'}),
      GetParallel: () => ({parallel: 4}),
      Submit: ({invocation}) => ({invocation, version: '0.0.1'}),
    });
    expect(await client.request('GetParallel', {})).toEqual({parallel: 4});
    const where = `in pid namespace ${place.pid_ns} of host ${place.host}`;
    const older = `the coordinator is stint 0.0.1, older than this stint ${PONG.version}, and stays: its jobs run ${where}`;
    expect(said).toEqual([older]);
    await client.submit(SUBMISSION);
    expect(said).toEqual([older, `the coordinator, and with it what is submitted, runs ${where}, not here`]);
  });

  it('is talked to when it is newer, and somebody is told', async () => {
    await serve({Ping: () => ({...PONG, version: '99.0.0'}), GetParallel: () => ({parallel: 4})});
    expect(await client.request('GetParallel', {})).toEqual({parallel: 4});
    expect(said).toEqual([
      `the coordinator is stint 99.0.0, newer than this stint ${PONG.version}: consider upgrading`,
    ]);
  });
});

describe('following a log', () => {
  it('goes on behind the last record when a coordinator dies: none is lost or repeated', async () => {
    const asked: unknown[] = [];
    const records = (from: number, to: number) => {
      const seqs = Array.from({length: to - from}, (_, at) => from + at);
      return Buffer.from(seqs.map(seq => `{"seq":${seq},"ts":1,"kind":"stdout","data":"x"}\n`).join(''));
    };
    let first: Serving | undefined;
    first = await serve({
      TailLogs: async function* ({since_seq}) {
        asked.push(since_seq);
        yield records(0, 5);
        await new Promise(() => undefined);
      },
    });
    startCoordinator.mockImplementationOnce(async () => {
      await serve({
        TailLogs: async function* ({since_seq}) {
          asked.push(since_seq);
          yield records(Number(since_seq) + 1, 9);
        },
      });
    });
    const seen: number[] = [];
    for await (const {seq} of client.tail(JOB)) {
      seen.push(seq);
      if (seq === 4) first.stop();
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(asked).toEqual([-1, 4]);
  });

  it('ends at the record that closes it, when the coordinator dies before it can say so', async () => {
    const server = await serve({
      TailLogs: async function* () {
        yield Buffer.from(
          '{"seq":0,"ts":1,"kind":"stdout","data":"x"}\n{"seq":1,"ts":2,"kind":"status","data":{"event":"closed"}}\n',
        );
        await new Promise(() => undefined);
      },
    });
    const seen: number[] = [];
    for await (const {seq} of client.tail(JOB)) {
      seen.push(seq);
      if (seq === 1) server.stop();
    }
    expect(seen).toEqual([0, 1]);
    expect(startCoordinator).not.toHaveBeenCalled();
  });

  it('does not hold up other requests of a consumer that takes its time', async () => {
    const lines = Array.from(
      {length: 5000},
      (_, seq) => `{"seq":${seq},"ts":1,"kind":"stdout","data":"x"}\n`,
    );
    await serve({
      TailLogs: async function* () {
        yield Buffer.from(lines.join(''));
      },
    });
    let count = 0;
    for await (const {seq} of client.tail(JOB)) {
      if (seq % 1000 === 0) await client.request('Ping', {}, {timeoutMs: 15_000});
      count += 1;
    }
    expect(count).toBe(5000);
  });
});
