/** The TCP ports on which processes listen. Linux only. */
import {readFileSync} from 'node:fs';

import {heldPaths} from './held-files.ts';

/** Each once, lowest first. None of processes that are gone or may not be looked at, and on other systems. */
export function listenedPorts(pids: readonly number[]): readonly number[] {
  const tables = new Map<string, ReadonlyMap<string, number>>();
  const ports = pids.flatMap(pid => {
    const sockets = heldPaths(pid).flatMap(path => SOCKET.exec(path)?.[1] ?? []);
    if (sockets.length === 0) return [];
    return ['tcp', 'tcp6'].flatMap(name => {
      const text = tableOf(pid, name);
      const listening = tables.get(text) ?? listeningIn(text);
      tables.set(text, listening); // processes of one network have the same
      return sockets.flatMap(inode => listening.get(inode) ?? []);
    });
  });
  return [...new Set(ports)].sort((a, b) => a - b);
}

const SOCKET = /^socket:\[(\d+)\]$/;

/** Of the network that this process is in, which may be another one than ours. */
function tableOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/net/${name}`, 'latin1');
  } catch {
    return ''; // gone, or there is no such protocol
  }
}

/** By the inodes of the sockets that listen, as a table of `/proc/net` tells them. Pure. */
export function listeningIn(table: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of table.split('\n').slice(1)) {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    const port = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16);
    if (state === LISTENS && inode !== undefined && port > 0) found.set(inode, port);
  }
  return found;
}

const LISTENS = '0A';
