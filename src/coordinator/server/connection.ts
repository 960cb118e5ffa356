/**
 * One peer: reads its requests, answers each when it is ready, in any order. While answers pile up because the peer does
 * not read them, nothing more is read from it. Once it is refused, or the server closes, nothing more is done for it.
 */
import {StintError} from '../../base/index.ts';
import type {Socket} from '../../platform/index.ts';
import {
  answerMessage,
  encodeFrame,
  errorMessage,
  FrameDecoder,
  idOf,
  type ParsedRequest,
  parseRequest,
} from '../protocol/index.ts';
import type {Routes} from './routes.ts';

/** Requests of one peer that may be under way at once. */
const MOST_PENDING = 4096;

export function serveConnection(
  socket: Socket,
  routes: Routes,
  report: (what: string, error: unknown) => void,
): void {
  const decoder = new FrameDecoder();
  const gone = new AbortController();
  let pending = 0;

  const send = (message: unknown, id?: number) => {
    if (!socket.writable) return;
    if (!socket.write(frameOf(message, id))) socket.pause();
  };
  const refuse = (error: unknown, id?: number) => {
    send(errorMessage(id, error));
    socket.destroySoon();
  };
  const handle = async (message: unknown) => {
    if (!socket.writable) return;
    let request: ParsedRequest;
    try {
      request = parseRequest(message);
    } catch (error) {
      return refuse(error, idOf(message));
    }
    pending += 1;
    try {
      if (pending > MOST_PENDING)
        throw new StintError('BUSY', 'Too many requests are under way on this connection.');
      const answer = await routes[request.req](request.payload as never, gone.signal);
      send(answerMessage(request.id, answer), request.id);
    } catch (error) {
      if (!(error instanceof StintError)) report(`answering ${request.req}`, error);
      send(errorMessage(request.id, error));
    } finally {
      pending -= 1;
    }
  };
  const receive = (piece: Buffer) => {
    try {
      for (const message of decoder.push(piece)) void handle(message);
    } catch (error) {
      socket.off('data', receive);
      refuse(error);
    }
  };

  socket.setNoDelay(true);
  socket.on('data', receive);
  socket.on('drain', () => socket.resume());
  socket.on('error', () => socket.destroy());
  socket.once('close', () => gone.abort());
}

/** The message as a frame, or the reason why it cannot be one. */
function frameOf(message: unknown, id: number | undefined): Buffer {
  try {
    return encodeFrame(message);
  } catch (error) {
    return encodeFrame(errorMessage(id, error));
  }
}
