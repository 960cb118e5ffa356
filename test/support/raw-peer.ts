/** A connection to the coordinator of a sandbox that sends and receives what a test wants, also what no client would. */
import {once} from 'node:events';
import {connect, type Socket} from 'node:net';
import {join} from 'node:path';

import {encodeFrame, FrameDecoder} from '../../src/coordinator/protocol/index.ts';
import type {Sandbox} from './sandbox.ts';

export interface Frame {
  readonly id?: number;
  readonly kind: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface RawPeer {
  readonly socket: Socket;
  /** All that came, in order. */
  readonly frames: readonly Frame[];
  /** Requests: their names, ids and payloads. */
  send(...requests: readonly (readonly [req: string, id: number, payload: object])[]): void;
  /** Resolves when what came fulfils the condition; fails when the connection ends before. */
  until(holds: (frames: readonly Frame[]) => boolean): Promise<void>;
  /** Resolves when the other side has closed. */
  closed(): Promise<void>;
}

export async function rawPeer(sandbox: Sandbox): Promise<RawPeer> {
  const socket = connect(join(sandbox.state, 'coordinator.sock'));
  await once(socket, 'connect');
  socket.on('error', () => undefined); // to be reset is part of the game
  const decoder = new FrameDecoder();
  const frames: Frame[] = [];
  const looks = new Set<() => void>();
  socket.on('data', piece => {
    for (const message of decoder.push(piece)) frames.push(message as Frame);
    for (const look of looks) look();
  });
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
  return {
    socket,
    frames,
    send: (...requests) => {
      const messages = requests.map(([req, id, payload]) => encodeFrame({v: 1, id, req, payload}));
      socket.write(Buffer.concat(messages));
    },
    until: async holds => {
      let look: () => void = () => undefined;
      const fulfilled = new Promise<void>(resolve => {
        look = () => {
          if (holds(frames)) resolve();
        };
      });
      looks.add(look);
      look();
      const isOver = closed.then(() => {
        if (!holds(frames)) throw new Error(`closed after ${frames.length} frames`);
      });
      await Promise.race([fulfilled, isOver]).finally(() => looks.delete(look));
    },
    closed: () => closed,
  };
}
