/**
 * Serves the protocol on a socket. A peer that sends rubbish gets one error frame and is closed; no peer can hurt
 * another one. What goes wrong while connections are accepted is reported and survived.
 */
import {PlacedSocket, type Socket} from '../../platform/index.ts';
import {type ServedConnection, serveConnection} from './connection.ts';
import type {Routes, Streams} from './routes.ts';

export interface ServeOptions {
  readonly path: string;
  readonly routes: Routes;
  readonly streams: Streams;
  readonly report: (what: string, error: unknown) => void;
  /** Called after every answer and when a peer has left: perhaps nobody waits for anything any more. */
  readonly onAnswered: () => void;
}

export interface RunningServer {
  readonly connections: number;
  /** Whether any peer waits for an answer or follows a stream. */
  readonly isAsked: boolean;
  /** Bytes that were written for peers that do not read them, of all together. What the system holds does not count. */
  readonly unreadBytes: number;
  /** Whether who connects to its path reaches it: somebody may have removed the socket, or put another one there. */
  readonly isReachable: boolean;
  /** Takes connections at this path from now on; those that there are go on. Rejects when it cannot, and all is as before. */
  moveTo(path: string): Promise<void>;
  /** Takes no more connections and ends those there are, after what was already written to them. */
  close(): void;
}

export async function serve({
  path,
  routes,
  streams,
  report,
  onAnswered,
}: ServeOptions): Promise<RunningServer> {
  const sockets = new Map<Socket, ServedConnection>();
  const isAsked = () => [...sockets.values()].some(({pending}) => pending > 0);
  const accept = (socket: Socket) => {
    sockets.set(socket, serveConnection(socket, {routes, streams, report, onAnswered}));
    socket.once('close', () => {
      sockets.delete(socket);
      onAnswered();
    });
  };
  const accepting = (error: unknown) => report('accepting connections', error);
  let listening: PlacedSocket | undefined;
  let isClosed = false;
  const moveTo = async (at: string) => {
    const next = await PlacedSocket.listenBeside(at, accept, accepting);
    try {
      if (isClosed) return next.close();
      next.moveIn();
    } catch (error) {
      next.close();
      throw error;
    }
    listening?.close();
    listening = next;
  };
  await moveTo(path);
  return {
    get connections() {
      return sockets.size;
    },
    get isAsked() {
      return isAsked();
    },
    get unreadBytes() {
      return [...sockets.values()].reduce((sum, {unreadBytes}) => sum + unreadBytes, 0);
    },
    get isReachable() {
      return listening?.isInPlace === true;
    },
    moveTo,
    close: () => {
      isClosed = true;
      listening?.close();
      for (const socket of sockets.keys()) socket.destroySoon();
    },
  };
}
