/** The streams of one peer, each ended when the peer asks for that or leaves. */
import {StintError} from '../../base/index.ts';
import {type ParsedStreamRequest, streamFrames} from '../protocol/index.ts';
import type {Outbox} from './outbox.ts';
import type {Streams} from './routes.ts';

/** Streams of one peer at once. Each holds what was read for it and not written yet. */
export const MOST_STREAMS = 64;

interface OpenStream {
  readonly id: number | undefined;
  readonly ended: AbortController;
}

export class PeerStreams {
  readonly #streams: Streams;
  readonly #outbox: Outbox;
  readonly #open = new Set<OpenStream>();

  constructor(streams: Streams, outbox: Outbox) {
    this.#streams = streams;
    this.#outbox = outbox;
  }

  /** Resolves when the stream has ended; rejects with what its source throws, and with `BUSY` when there are too many. */
  async run({id, req, payload}: ParsedStreamRequest): Promise<void> {
    if (this.#open.size >= MOST_STREAMS) throw tooMany();
    const stream = {id, ended: new AbortController()};
    this.#open.add(stream);
    const {signal} = stream.ended;
    const encode = streamFrames(id);
    try {
      for await (const lines of this.#streams[req](payload as never, signal)) {
        await this.#outbox.stream(() => (signal.aborted ? undefined : encode(lines)));
        if (signal.aborted || !this.#outbox.isOpen) break;
      }
    } finally {
      this.#open.delete(stream);
    }
  }

  /** Ends the streams whose request had this id. */
  end(id: number): void {
    for (const stream of this.#open) if (stream.id === id) stream.ended.abort();
  }

  endAll(): void {
    for (const {ended} of this.#open) ended.abort();
  }
}

function tooMany(): StintError {
  return new StintError(
    'BUSY',
    `This connection has ${MOST_STREAMS} streams, more are not allowed at once.`,
    {
      hint: 'End one of them, or ask over another connection.',
    },
  );
}
