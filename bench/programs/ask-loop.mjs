/**
 * Asks `Ping` again and again over some connections, on each one request at a time, for so long. Arguments: path of the
 * socket, connections, milliseconds. Prints the answers per second, those of a warm-up not counted.
 */
import {once} from 'node:events';
import {createConnection} from 'node:net';

const [path, ...numbers] = process.argv.slice(2);
const [connections, lasting] = numbers.map(Number);
const HEADER_BYTES = 4;
const WARM_UP_MS = 500;
const body = Buffer.from(JSON.stringify({v: 1, id: 1, req: 'Ping', payload: {}}));
const request = Buffer.alloc(HEADER_BYTES + body.length);
request.writeUInt32BE(body.length, 0);
body.copy(request, HEADER_BYTES);
let answers = 0;

function receive(socket) {
  let rest = Buffer.alloc(0);
  return piece => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    if (rest.length < HEADER_BYTES) return;
    const end = HEADER_BYTES + rest.readUInt32BE(0);
    if (rest.length < end) return;
    const answer = JSON.parse(rest.toString('utf8', HEADER_BYTES, end));
    if (answer.id !== 1 || answer.kind === 'Error') throw new Error(`answered was ${rest}`);
    rest = Buffer.alloc(0);
    answers++;
    socket.write(request);
  };
}

const sockets = await Promise.all(
  Array.from({length: connections}, async () => {
    const socket = createConnection(path);
    await once(socket, 'connect');
    return socket.on('data', receive(socket)).on('close', () => process.exit(1));
  }),
);
for (const socket of sockets) socket.write(request);
setTimeout(() => {
  const [before, since] = [answers, performance.now()];
  setTimeout(() => {
    console.log((answers - before) / ((performance.now() - since) / 1000));
    process.exit(0);
  }, lasting);
}, WARM_UP_MS);
