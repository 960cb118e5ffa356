/** A server on a socket in a directory of its own, with routes that a test controls, and raw peers of it. */
import {connect, type Socket} from '../../../platform/index.ts';
import {temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {encodeFrame, FrameDecoder} from '../../protocol/index.ts';
import type {Routes, Streams} from '../routes.ts';
import {type RunningServer, serve} from '../server.ts';

export interface Serving {
  readonly server: RunningServer;
  readonly path: string;
  readonly reports: string[];
  /** Resolves when the last connection is gone. */
  quiet(): Promise<void>;
  peer(): Promise<Peer>;
  stop(): void;
}

/** A connection that sends and receives what a test wants. */
export interface Peer {
  readonly socket: Socket;
  readonly received: unknown[];
  send(...messages: readonly unknown[]): void;
  /** Resolves with the first `count` messages. */
  messages(count: number): Promise<unknown[]>;
  /** Resolves when the other side has closed. */
  closed(): Promise<void>;
}

/** `at` is where the socket is; by default in a directory of its own, which goes with the server. */
export async function serving(routes: Partial<Routes & Streams>, at?: string): Promise<Serving> {
  const directory = at === undefined ? temporaryDirectory() : undefined;
  const path = at ?? directory?.at('coordinator.sock') ?? '';
  const reports: string[] = [];
  const peers: Peer[] = [];
  let onAnswered: () => void = () => undefined;
  const server = await serve({
    path,
    routes: {...UNEXPECTED, ...routes} as Routes,
    streams: {...UNEXPECTED, ...routes} as Streams,
    report: (what, error) => void reports.push(`${what}: ${String(error)}`),
    onAnswered: () => onAnswered(),
  });
  return {
    server,
    path,
    reports,
    quiet: () =>
      new Promise(resolve => {
        onAnswered = () => {
          if (server.connections === 0) resolve();
        };
        onAnswered();
      }),
    peer: async () => {
      const peer = await connectPeer(path);
      peers.push(peer);
      return peer;
    },
    stop: () => {
      server.close();
      for (const {socket} of peers) socket.destroy();
      directory?.remove();
    },
  };
}

const UNEXPECTED = new Proxy(
  {},
  {
    get: (_, name) => () => {
      throw new Error(`nobody was expected to ask ${String(name)}`);
    },
  },
);

async function connectPeer(path: string): Promise<Peer> {
  const socket = await connect(path);
  const decoder = new FrameDecoder();
  const received: unknown[] = [];
  let isClosed = false;
  const waiting = new Set<() => void>();
  const something = () => new Promise<void>(resolve => waiting.add(resolve));
  const tell = () => {
    for (const wake of waiting) wake();
    waiting.clear();
  };
  socket.on('data', piece => {
    received.push(...decoder.push(piece));
    tell();
  });
  socket.on('error', () => undefined);
  socket.once('close', () => {
    isClosed = true;
    tell();
  });
  return {
    socket,
    received,
    send: (...messages) => void socket.write(Buffer.concat(messages.map(encodeFrame))),
    messages: async count => {
      while (received.length < count) {
        if (isClosed) throw new Error(`closed after ${received.length} of ${count} messages`);
        await something();
      }
      return received.slice(0, count);
    },
    closed: async () => {
      while (!isClosed) await something();
    },
  };
}
