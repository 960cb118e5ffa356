/**
 * What is written to a peer and not taken by it yet. Answers are counted apart from streams: a stream that nobody reads
 * does not keep a request, such as the one that ends it, from being answered.
 */
import type {Socket} from '../../platform/index.ts';

/** Bytes of answers that may wait for a peer; while there are more, nothing else that it asks is answered. */
export const MOST_UNREAD_ANSWERS = 256 * 1024;

export class Outbox {
  readonly #socket: Socket;
  readonly #onRoom: () => void;
  #unreadAnswers = 0;
  #isOpen = true;
  #drained: Promise<void> | undefined;
  #wake: () => void = () => undefined;

  /** `onRoom` is called when the answers were too many and are not any more. */
  constructor(socket: Socket, onRoom: () => void) {
    this.#socket = socket;
    this.#onRoom = onRoom;
    socket.on('drain', () => this.#wake());
  }

  /** Whether anything can still be written. */
  get isOpen(): boolean {
    return this.#isOpen && this.#socket.writable;
  }

  get hasTooManyAnswers(): boolean {
    return this.#unreadAnswers >= MOST_UNREAD_ANSWERS;
  }

  /** Bytes that the socket has not taken over. */
  get unreadBytes(): number {
    return this.#socket.writableLength;
  }

  answer(frame: Buffer): void {
    if (!this.isOpen) return;
    this.#unreadAnswers += frame.length;
    this.#socket.write(frame, () => {
      const hadTooMany = this.hasTooManyAnswers;
      this.#unreadAnswers -= frame.length;
      if (hadTooMany && !this.hasTooManyAnswers) this.#onRoom();
    });
  }

  /** Writes what a stream yields when there is room, and resolves when there is room again: nothing more is read ahead than that. */
  async stream(frames: () => Buffer | undefined): Promise<void> {
    // Nothing may happen between looking and writing: of many that wait the first to write may have filled it.
    while (this.#isFull) await this.#drain();
    const chunk = this.isOpen ? frames() : undefined;
    if (chunk === undefined) return;
    this.#socket.write(chunk);
    while (this.#isFull) await this.#drain();
  }

  /** Nothing more is written, and nobody waits for room any more. What is written already still goes out. */
  close(): void {
    this.#isOpen = false;
    this.#wake();
  }

  get #isFull(): boolean {
    return this.isOpen && this.#socket.writableNeedDrain;
  }

  #drain(): Promise<void> {
    this.#drained ??= new Promise<void>(resolve => {
      this.#wake = resolve;
    }).then(() => {
      this.#drained = undefined;
    });
    return this.#drained;
  }
}
