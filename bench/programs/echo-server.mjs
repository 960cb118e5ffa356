/**
 * The floor of a server: takes frames (4 bytes of length, big-endian, then JSON) and sends each back, parsed and encoded
 * anew. Argument: path of the socket. Says `ready` when it listens.
 */
import {createServer} from 'node:net';

const HEADER_BYTES = 4;

function serve(socket) {
  let rest = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', piece => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    while (rest.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + rest.readUInt32BE(0);
      if (rest.length < end) break;
      socket.write(frameOf(JSON.parse(rest.toString('utf8', HEADER_BYTES, end))));
      rest = rest.subarray(end);
    }
  });
}

function frameOf(message) {
  const text = JSON.stringify(message);
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
  frame.writeUInt32BE(length, 0);
  frame.write(text, HEADER_BYTES);
  return frame;
}

createServer(serve).listen(process.argv[2], () => console.log('ready'));
