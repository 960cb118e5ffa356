/**
 * A listening Unix socket that is put at its path in one step, over whatever lay there, and knows whether it is still the
 * one that lies there. Nothing at that path is ever removed without having been compared with it: Node itself removes, by
 * path, what it bound, so it is made to bind beside it. Only one process at a time may do this at a path.
 */
import {lstatSync, renameSync, rmSync} from 'node:fs';

import {listen, type Server, type Socket} from './sockets.ts';

export class PlacedSocket {
  readonly #server: Server;
  readonly #beside: string;
  readonly #path: string;
  readonly #identity: string | undefined;

  /**
   * Listens, but nobody can find it before `moveIn`. `onError` hears of every error after that; rejects with Node's error.
   */
  static async listenBeside(
    path: string,
    onConnection: (socket: Socket) => void,
    onError: (error: Error) => void,
  ): Promise<PlacedSocket> {
    const beside = besidePath(path);
    rmSync(beside, {force: true}); // of one that was killed here
    return new PlacedSocket(await listen(beside, onConnection, onError), beside, path);
  }

  private constructor(server: Server, beside: string, path: string) {
    this.#server = server;
    this.#beside = beside;
    this.#path = path;
    this.#identity = identityOf(beside);
  }

  /** Replaces what lies at the path. Throws when that cannot be replaced. */
  moveIn(): void {
    renameSync(this.#beside, this.#path);
  }

  /** Whether who connects to the path reaches it. */
  get isInPlace(): boolean {
    return this.#identity !== undefined && identityOf(this.#path) === this.#identity;
  }

  /** Takes no more connections; those that there are go on. */
  close(): void {
    if (this.isInPlace) rmSync(this.#path, {force: true});
    this.#server.close();
  }
}

/** No longer than the path itself, where that ends like the coordinator's; otherwise by four bytes. */
export function besidePath(path: string): string {
  return `${path.replace(/\.sock$/, '')}.new`;
}

function identityOf(path: string): string | undefined {
  const stats = lstatSync(path, {throwIfNoEntry: false, bigint: true});
  return stats && `${stats.dev}:${stats.ino}`;
}
