/**
 * Serves the protocol on a socket. A peer that sends rubbish gets one error frame and is closed; no peer can hurt
 * another one. What goes wrong while connections are accepted is reported and survived.
 */
import {listen, type Server, type Socket} from '../../platform/index.ts';
import {serveConnection} from './connection.ts';
import type {Routes} from './routes.ts';

export interface ServeOptions {
  readonly path: string;
  readonly routes: Routes;
  readonly report: (what: string, error: unknown) => void;
  /** Called whenever the last connection is gone. */
  readonly onQuiet: () => void;
}

export interface RunningServer {
  readonly connections: number;
  /** Takes no more connections and ends those there are, after what was already written to them. */
  close(): void;
}

export async function serve({path, routes, report, onQuiet}: ServeOptions): Promise<RunningServer> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) onQuiet();
    });
    serveConnection(socket, routes, report);
  };
  const server: Server = await listen(path, accept, error => report('accepting connections', error));
  return {
    get connections() {
      return sockets.size;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroySoon();
    },
  };
}
