/** One connection to the coordinator: many requests at once, each with its answer. */
import {StintError} from '../../base/index.ts';
import {connect, type Socket, timer} from '../../platform/index.ts';
import {
  type Answer,
  encodeFrame,
  FrameDecoder,
  type ParsedResponse,
  type Payload,
  parseAnswer,
  parseFrame,
  parseResponse,
  type RequestName,
  requestMessage,
  type StreamFrame,
  type StreamName,
  type StreamPayload,
} from '../protocol/index.ts';

import {FrameQueue, SharedPause} from './frame-queue.ts';

export interface RequestOptions {
  /** Gives up after this many milliseconds with `TIMEOUT`, whichever coordinator is asked by then. Default: never. */
  readonly timeoutMs?: number | undefined;
  /** Gives up with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

interface Pending {
  readonly settle: (payload: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** Frames that were received and not taken yet; beyond this many the socket is not read any more. */
const MOST_WAITING_FRAMES = 1000;

/** Requests still under way when the connection ends are rejected with `CONNECTION_CLOSED`. */
export class Connection {
  readonly #socket: Socket;
  readonly #decoder = new FrameDecoder();
  readonly #pending = new Map<number, Pending>();
  readonly #streams = new Map<number, FrameQueue<unknown>>();
  readonly #reading: SharedPause;
  #next = 1;
  #ended: StintError | undefined;

  /** Rejects with Node's error when nobody listens there. */
  static async open(path: string): Promise<Connection> {
    return new Connection(await connect(path));
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#reading = new SharedPause(socket);
    socket.setNoDelay(true);
    socket.on('data', piece => this.#receive(piece));
    socket.on('error', error => this.#end(error));
    socket.once('close', () => this.#end(undefined));
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  /** Asks, and resolves with the checked answer; rejects with the coordinator's `StintError`. */
  request<R extends RequestName>(
    req: R,
    payload: Payload<R>,
    options: RequestOptions = {},
  ): Promise<Answer<R>> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const {timeoutMs, signal} = options;
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const frame = encodeFrame(requestMessage(id, req, payload));
      const untime =
        timeoutMs === undefined ? undefined : timer(timeoutMs, () => fail(timedOut(req, timeoutMs)));
      const onAbort = () => fail(new StintError('ABORTED', `${req} was given up.`, {cause: signal?.reason}));
      const done = () => {
        untime?.();
        signal?.removeEventListener('abort', onAbort);
        this.#pending.delete(id);
      };
      const fail = (error: unknown) => {
        done();
        reject(error);
      };
      const settle = (answer: unknown) => {
        done();
        resolve(parseAnswer(req, answer));
      };
      if (signal?.aborted) return onAbort();
      signal?.addEventListener('abort', onAbort, {once: true});
      this.#pending.set(id, {settle, fail});
      this.#socket.write(frame);
    });
  }

  /**
   * Asks for a stream and yields its frames as they come. Ends at the stream's end, at an abort, and when the consumer
   * stops; throws the coordinator's error, or `CONNECTION_CLOSED`. A consumer that is slow makes the coordinator wait, and
   * with it all answers on this connection: one that asks for something for every frame needs another connection for it.
   */
  async *stream<S extends StreamName>(
    req: S,
    payload: StreamPayload<S>,
    {signal}: {readonly signal?: AbortSignal | undefined} = {},
  ): AsyncGenerator<StreamFrame<S>, void, undefined> {
    if (this.#ended !== undefined) throw this.#ended;
    const id = this.#next++;
    const queue = new FrameQueue<unknown>(MOST_WAITING_FRAMES, this.#reading);
    this.#streams.set(id, queue);
    const end = () => queue.end();
    signal?.addEventListener('abort', end, {once: true});
    if (signal?.aborted) queue.end();
    else this.#socket.write(encodeFrame(requestMessage(id, req, payload)));
    try {
      for (let frames = await queue.take(); frames.length > 0; frames = await queue.take()) {
        for (const frame of frames) {
          if (signal?.aborted) return;
          yield parseFrame(req, frame);
        }
      }
    } finally {
      signal?.removeEventListener('abort', end);
      if (this.#streams.delete(id) && this.isOpen)
        void this.request('EndStream', {stream: id}).catch(nothing);
      queue.release();
    }
  }

  /** Ends the connection. */
  close(): void {
    this.#socket.destroy();
    this.#end(undefined);
  }

  /** Calls back once when the connection has ended, from whichever side. */
  onceClosed(callback: () => void): void {
    this.#socket.once('close', callback);
  }

  #receive(piece: Buffer): void {
    try {
      for (const message of this.#decoder.push(piece)) this.#settle(message);
    } catch (error) {
      this.#socket.destroy();
      this.#end(error);
    }
  }

  #settle(message: unknown): void {
    const response = parseResponse(message);
    const stream = response.id === undefined ? undefined : this.#streams.get(response.id);
    if (stream !== undefined && response.id !== undefined) {
      this.#feed(response.id, stream, response);
      return;
    }
    const pending = response.id === undefined ? undefined : this.#pending.get(response.id);
    if (pending === undefined) {
      if (response.kind === 'Error' && response.id === undefined) throw response.error;
      return; // the answer to a request that was given up
    }
    if (response.kind === 'Error') {
      pending.fail(response.error);
      return;
    }
    try {
      pending.settle(response.payload);
    } catch (error) {
      pending.fail(error);
    }
  }

  #feed(id: number, stream: FrameQueue<unknown>, response: ParsedResponse): void {
    if (response.kind === 'StreamFrame') {
      stream.push(response.payload);
      return;
    }
    this.#streams.delete(id);
    if (response.kind === 'Error') stream.fail(response.error);
    else stream.end();
  }

  #end(cause: unknown): void {
    if (this.#ended !== undefined) return;
    this.#ended =
      cause instanceof StintError
        ? cause
        : new StintError('CONNECTION_CLOSED', 'The connection to the coordinator ended.', {
            cause,
            hint: 'Try again.',
          });
    for (const {fail} of [...this.#pending.values()]) fail(this.#ended);
    for (const stream of this.#streams.values()) stream.fail(this.#ended);
    this.#streams.clear();
  }
}

export function timedOut(req: string, ms: number): StintError {
  return new StintError('TIMEOUT', `The coordinator did not answer ${req} within ${ms} ms.`, {
    hint: 'Run: stint doctor',
  });
}

function nothing(): void {
  // the coordinator leaves: the stream ends with it
}
