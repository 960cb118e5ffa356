/** One connection to the coordinator: many requests at once, each with its answer. */
import {StintError} from '../../base/index.ts';
import {connect, type Socket} from '../../platform/index.ts';
import {
  type Answer,
  encodeFrame,
  FrameDecoder,
  type Payload,
  parseAnswer,
  parseResponse,
  type RequestName,
  requestMessage,
} from '../protocol/index.ts';

export interface RequestOptions {
  /** Gives up after this many milliseconds with `TIMEOUT`. Default: waits as long as the connection lives. */
  readonly timeoutMs?: number | undefined;
  /** Gives up with `ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

interface Pending {
  readonly settle: (payload: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** Requests still under way when the connection ends are rejected with `CONNECTION_CLOSED`. */
export class Connection {
  readonly #socket: Socket;
  readonly #decoder = new FrameDecoder();
  readonly #pending = new Map<number, Pending>();
  #next = 1;
  #ended: StintError | undefined;

  /** Rejects with Node's error when nobody listens there. */
  static async open(path: string): Promise<Connection> {
    return new Connection(await connect(path));
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
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
      const timer =
        timeoutMs === undefined ? undefined : setTimeout(() => fail(timedOut(req, timeoutMs)), timeoutMs);
      const onAbort = () => fail(new StintError('ABORTED', `${req} was given up.`, {cause: signal?.reason}));
      const done = () => {
        clearTimeout(timer);
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
  }
}

function timedOut(req: string, ms: number): StintError {
  return new StintError('TIMEOUT', `The coordinator did not answer ${req} within ${ms} ms.`, {
    hint: 'Run: stint doctor',
  });
}
