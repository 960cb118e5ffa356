/** Unix sockets: a server that survives the errors of its accept loop, a client that says why it cannot connect. */
import {createServer, connect as netConnect, type Server, type Socket} from 'node:net';

export type {Server, Socket} from 'node:net';

/** Listens at the path. `onError` hears every error after that; the server goes on. Rejects when it cannot listen. */
export function listen(
  path: string,
  onConnection: (socket: Socket) => void,
  onError: (error: Error) => void,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({allowHalfOpen: false}, onConnection);
    server.once('error', reject);
    server.listen({path}, () => {
      server.off('error', reject);
      server.on('error', onError);
      resolve(server);
    });
  });
}

/** Connects to the path; rejects with Node's error (ENOENT, ECONNREFUSED, …). */
export function connect(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = netConnect({path});
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
