import {once} from 'node:events';
import {createServer} from 'node:net';

import {expect, it} from 'vitest';

import {listenedPorts, listeningIn} from './listened-ports.ts';

it('tells the sockets that listen by their inodes', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
   1: 0100007F:1F91 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0
   2: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 4713 1 0
   3: torn`;
  expect([...listeningIn(table)]).toEqual([
    ['4711', 8080],
    ['4713', 80],
  ]);
  expect([...listeningIn('')]).toEqual([]);
});

it.runIf(process.platform === 'linux')('finds on which ports a process listens', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as {port: number};
  expect(listenedPorts([process.pid, process.pid])).toContain(port);
  server.close();
  await once(server, 'close');
  expect(listenedPorts([process.pid])).not.toContain(port);
  expect(listenedPorts([])).toEqual([]);
});
