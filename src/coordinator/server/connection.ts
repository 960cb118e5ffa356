/**
 * One peer: reads its requests, answers each when it is ready, in any order. Once it is refused, has left, or the server
 * closes, nothing more is done for it. A peer that ends its writing side has left, whether it reads on or not: it gets
 * what was written before.
 *
 * What a peer can cost the coordinator beside what the system holds for its socket:
 *   bytes per peer = the frame that is not complete yet          8 MiB
 *                  + what was read and is not looked at yet     64 KiB, or that one frame
 *                  + answers that it does not read             256 KiB, and the one that goes beyond that (8 MiB at most)
 *                  + 4096 requests under way                     4 MiB: keys of jobs that it waits for
 *                  + 64 of them that are worked on               what they ask (8 MiB each at most) and answer
 *                  + 64 streams                                  4 MiB: one chunk each (64 KiB; 1 MiB where a record needs it)
 *                  + one encoded chunk                           less than thrice the chunk, and 64 KiB written before it
 * Follows one log and stops reading: 320 KiB. 64 logs: 5 MiB, and 67 MiB if every record is as long as can be. Whatever is
 * beyond stays in the journals and unread in the socket until the peer has read.
 */
import {setMaxListeners} from 'node:events';

import {StintError} from '../../base/index.ts';
import type {Socket} from '../../platform/index.ts';
import {
  answerMessage,
  encodeFrame,
  errorMessage,
  FrameDecoder,
  idOf,
  MAX_FRAME_BYTES,
  type ParsedRequest,
  type ParsedStreamRequest,
  parseRequest,
  streamEndMessage,
} from '../protocol/index.ts';
import {Outbox} from './outbox.ts';
import {PeerStreams} from './peer-streams.ts';
import type {Routes, Streams} from './routes.ts';

/** Requests of one peer that may be under way at once. */
const MOST_PENDING = 4096;
/** Those of them that are worked on; the next is looked at when one is answered. Waiting for a job is no work. */
const MOST_WORKED_ON = 64;

/** Of a peer that was refused so much is thrown away, as long as something comes every so often. */
const MOST_THROWN_AWAY = 2 * MAX_FRAME_BYTES;
const REFUSED_MS = 1000;

export interface ConnectionOptions {
  readonly routes: Routes;
  readonly streams: Streams;
  readonly report: (what: string, error: unknown) => void;
  /** Called when the peer waits for nothing any more: its last request was answered, or it has left. */
  readonly onAnswered: () => void;
}

export interface ServedConnection {
  /** Requests that are not answered yet, streams among them; none of a peer that has left. */
  readonly pending: number;
  /** Bytes that were written for the peer and that the system has not taken yet, because the peer does not read. */
  readonly unreadBytes: number;
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
  readonly #outbox: Outbox;
  readonly #streams: PeerStreams;
  /** Came with what was read and is not looked at yet; nothing more is read meanwhile. */
  #unhandled: unknown[] = [];
  #pending = 0;
  #workedOn = 0;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#outbox = new Outbox(socket, () => this.#goOn());
    this.#streams = new PeerStreams(options.streams, this.#outbox);
    setMaxListeners(MOST_PENDING, this.#gone.signal); // Node warns of a leak where many wait on one signal
  }

  get pending(): number {
    return this.#gone.signal.aborted ? 0 : this.#pending;
  }

  get unreadBytes(): number {
    return this.#outbox.unreadBytes;
  }

  start(): void {
    const socket = this.#socket;
    socket.setNoDelay(true);
    socket.on('data', this.#receive);
    socket.on('error', () => socket.destroy());
    socket.once('end', this.#leave).once('close', this.#leave);
  }

  readonly #leave = (): void => {
    this.#outbox.close();
    this.#gone.abort();
    this.#streams.endAll();
    this.#options.onAnswered();
  };

  readonly #receive = (piece: Buffer): void => {
    try {
      this.#unhandled.push(...this.#decoder.push(piece));
    } catch (error) {
      this.#refuse(error);
    }
    this.#goOn();
  };

  /** Handles what was read, as far as there is room for the answers, and reads on when nothing is left. */
  #goOn(): void {
    const messages = this.#unhandled;
    let at = 0;
    while (at < messages.length && this.#outbox.isOpen && this.#canWork) this.#handle(messages[at++]);
    this.#unhandled = this.#outbox.isOpen ? messages.slice(at) : [];
    if (this.#unhandled.length > 0) this.#socket.pause();
    else this.#socket.resume();
  }

  get #canWork(): boolean {
    return !this.#outbox.hasTooManyAnswers && this.#workedOn < MOST_WORKED_ON;
  }

  #handle(message: unknown): void {
    let request: ParsedRequest | ParsedStreamRequest;
    try {
      request = parseRequest(message);
    } catch (error) {
      this.#refuse(error, idOf(message));
      return;
    }
    if (this.#pending >= MOST_PENDING) {
      this.#fail(request, new StintError('BUSY', 'Too many requests are under way on this connection.'));
      return;
    }
    this.#pending += 1;
    if (request.kind === 'stream') void this.#stream(request);
    else this.#answer(request);
  }

  #answer(request: ParsedRequest): void {
    try {
      const answer = this.#answerTo(request);
      if (answer instanceof Promise) {
        void this.#answerLater(request, answer);
        return;
      }
      this.#send(answerMessage(request.id, request.req, answer), request.id);
    } catch (error) {
      this.#fail(request, error);
    }
    this.#settled();
  }

  async #answerLater(request: ParsedRequest, answer: Promise<unknown>): Promise<void> {
    const {id, req} = request;
    const work = req === 'Wait' ? 0 : 1;
    this.#workedOn += work;
    try {
      this.#send(answerMessage(id, req, await answer), id);
    } catch (error) {
      this.#fail(request, error);
    } finally {
      this.#workedOn -= work;
      this.#settled();
      if (this.#unhandled.length > 0) this.#goOn();
    }
  }

  #answerTo(request: ParsedRequest): unknown {
    if (request.req !== 'EndStream')
      return this.#options.routes[request.req](request.payload as never, this.#gone.signal);
    this.#streams.end(request.payload.stream);
    return {};
  }

  async #stream(request: ParsedStreamRequest): Promise<void> {
    try {
      await this.#streams.run(request);
      this.#send(streamEndMessage(request.id));
    } catch (error) {
      this.#fail(request, error);
    } finally {
      this.#settled();
    }
  }

  #settled(): void {
    this.#pending -= 1;
    if (this.#pending === 0) this.#options.onAnswered();
  }

  #send(message: unknown, id?: number): void {
    if (this.#outbox.isOpen) this.#outbox.answer(frameOf(message, id));
  }

  #fail({id, req}: {readonly id: number | undefined; readonly req: string}, error: unknown): void {
    if (!(error instanceof StintError)) this.#options.report(`answering ${req}`, error);
    this.#send(errorMessage(id, error), id);
  }

  /**
   * Rubbish: one error frame, then the end. What still comes is read and thrown away: whoever closes a socket before
   * that takes the error back from a peer that is still writing.
   */
  #refuse(error: unknown, id?: number): void {
    const socket = this.#socket;
    this.#send(errorMessage(id, error), id);
    socket.end();
    socket.off('data', this.#receive);
    let thrownAway = 0;
    socket.on('data', piece => {
      thrownAway += piece.length;
      if (thrownAway > MOST_THROWN_AWAY) socket.destroy();
    });
    socket.setTimeout(REFUSED_MS, () => socket.destroy());
    this.#leave();
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
