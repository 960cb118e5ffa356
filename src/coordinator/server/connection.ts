/**
 * One peer: reads its requests, answers each when it is ready, in any order. While answers pile up because the peer does
 * not read them, nothing more is read from it; its streams go on only as fast as it reads. So a peer that stops reading
 * costs one encoded chunk, the socket's own buffer, and for each of its streams a chunk that was read; nobody else pays. Once it is refused, or the server closes,
 * nothing more is done for it.
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
  type ParsedStreamRequest,
  parseRequest,
  streamEndMessage,
  streamFrames,
} from '../protocol/index.ts';
import type {Routes, Streams} from './routes.ts';

/** Requests of one peer that may be under way at once. */
const MOST_PENDING = 4096;

export interface ConnectionOptions {
  readonly routes: Routes;
  readonly streams: Streams;
  readonly report: (what: string, error: unknown) => void;
  /** Called when a request was the peer's last that was not answered. */
  readonly onAnswered: () => void;
}

export interface ServedConnection {
  /** Requests that are not answered yet, streams among them. */
  readonly pending: number;
}

export function serveConnection(socket: Socket, options: ConnectionOptions): ServedConnection {
  const peer = new PeerConnection(socket, options);
  peer.start();
  return peer;
}

class PeerConnection implements ServedConnection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #decoder = new FrameDecoder();
  readonly #gone = new AbortController();
  readonly #streams = new Map<number, AbortController>();
  #drained: Promise<void> | undefined;
  #pending = 0;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  get pending(): number {
    return this.#pending;
  }

  start(): void {
    const socket = this.#socket;
    socket.setNoDelay(true);
    socket.on('data', this.#receive);
    socket.on('drain', () => socket.resume());
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#gone.abort();
      for (const stream of this.#streams.values()) stream.abort();
    });
  }

  readonly #receive = (piece: Buffer): void => {
    try {
      for (const message of this.#decoder.push(piece)) this.#handle(message);
    } catch (error) {
      this.#refuse(error);
    }
  };

  #handle(message: unknown): void {
    if (!this.#socket.writable) return;
    let request: ParsedRequest | ParsedStreamRequest;
    try {
      request = parseRequest(message);
    } catch (error) {
      this.#refuse(error, idOf(message));
      return;
    }
    if (this.#pending >= MOST_PENDING) {
      this.#send(
        errorMessage(
          request.id,
          new StintError('BUSY', 'Too many requests are under way on this connection.'),
        ),
      );
      return;
    }
    void (request.kind === 'stream' ? this.#stream(request) : this.#answer(request));
  }

  async #answer(request: ParsedRequest): Promise<void> {
    const {id, req} = request;
    this.#pending += 1;
    try {
      this.#send(answerMessage(id, req, await this.#answerTo(request)), id);
    } catch (error) {
      this.#fail(id, req, error);
    } finally {
      this.#settled();
    }
  }

  #answerTo(request: ParsedRequest): unknown {
    if (request.req !== 'EndStream')
      return this.#options.routes[request.req](request.payload as never, this.#gone.signal);
    this.#streams.get(request.payload.stream)?.abort();
    return {};
  }

  async #stream({id, req, payload}: ParsedStreamRequest): Promise<void> {
    const ended = new AbortController();
    if (id !== undefined) this.#streams.set(id, ended);
    const encode = streamFrames(id);
    this.#pending += 1;
    try {
      for await (const lines of this.#options.streams[req](payload as never, ended.signal)) {
        await this.#room();
        if (!this.#socket.writable || ended.signal.aborted) break;
        this.#socket.write(encode(lines));
        await this.#room();
      }
      this.#send(streamEndMessage(id));
    } catch (error) {
      this.#fail(id, req, error);
    } finally {
      this.#settled();
      if (id !== undefined && this.#streams.get(id) === ended) this.#streams.delete(id);
    }
  }

  #settled(): void {
    this.#pending -= 1;
    if (this.#pending === 0) this.#options.onAnswered();
  }

  /** Resolves when the peer has taken what was written, or is gone. Of several streams that wait each looks anew. */
  async #room(): Promise<void> {
    while (this.#socket.writableNeedDrain && !this.#socket.destroyed) {
      this.#drained ??= this.#untilDrained();
      await this.#drained;
    }
  }

  #untilDrained(): Promise<void> {
    const socket = this.#socket;
    return new Promise(resolve => {
      const done = () => {
        socket.off('drain', done);
        socket.off('close', done);
        this.#drained = undefined;
        resolve();
      };
      socket.once('drain', done).once('close', done);
    });
  }

  #send(message: unknown, id?: number): void {
    if (!this.#socket.writable) return;
    if (!this.#socket.write(frameOf(message, id))) this.#socket.pause();
  }

  #fail(id: number | undefined, req: string, error: unknown): void {
    if (!(error instanceof StintError)) this.#options.report(`answering ${req}`, error);
    this.#send(errorMessage(id, error));
  }

  /** Rubbish: one error frame, then the end. */
  #refuse(error: unknown, id?: number): void {
    this.#socket.off('data', this.#receive);
    this.#socket.resume();
    this.#send(errorMessage(id, error));
    this.#socket.destroySoon();
  }
}

/** The message as a frame, or the reason why it cannot be one. */
function frameOf(message: unknown, id: number | undefined): Buffer {
  try {
    return encodeFrame(message);
  } catch (error) {
    return encodeFrame(errorMessage(id, error));
  }
}
