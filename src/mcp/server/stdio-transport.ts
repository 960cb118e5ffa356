/**
 * Messages of the protocol over stdin and stdout, which nothing else is written to. What is no message is answered as JSON-RPC
 * says, and the next one is read.
 */
import type {JSONRPCMessage, RequestId, Transport} from '@modelcontextprotocol/server';
import {INVALID_REQUEST, PARSE_ERROR, parseJSONRPCMessage} from '@modelcontextprotocol/server';

import {isObject, sizeText, wellFormedJson} from '../../base/index.ts';
import {timer} from '../../platform/index.ts';
import {MessageLines, MOST_BYTES} from './message-lines.ts';

export interface Streams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport['onmessage']>;
  readonly #streams: Streams;
  readonly #lines = new MessageLines();
  /** Requests without an answer. */
  readonly #pending = new Set<RequestId | undefined>();
  #isEnding = false;
  #isClosed = false;
  #endGrace: () => void = () => undefined;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  start(): Promise<void> {
    const {input, output} = this.#streams;
    input.on('data', (bytes: Buffer) => this.#take(bytes));
    for (const event of ['end', 'close', 'error']) input.on(event, () => this.#finish());
    output.on('error', () => void this.close()); // nobody reads any more
    return Promise.resolve();
  }

  send(message: JSONRPCMessage): Promise<void> {
    if (this.#isClosed) return Promise.resolve(); // whoever asked is gone; what was asked for goes on
    if (!('method' in message)) this.#pending.delete(message.id);
    const {output} = this.#streams;
    const text = `${wellFormedJson(JSON.stringify(message))}\n`;
    const isTaken = output.write(text);
    if (this.#isEnding && this.#pending.size === 0) void this.close();
    if (isTaken) return Promise.resolve();
    return new Promise(resolve => {
      const done = () => {
        output.off('drain', done);
        output.off('close', done);
        output.off('error', done);
        resolve();
      };
      output.on('drain', done).on('close', done).on('error', done);
    });
  }

  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#endGrace();
      this.#streams.input.pause();
      this.onclose?.();
    }
    return Promise.resolve();
  }

  #take(bytes: Buffer): void {
    for (const line of this.#lines.push(bytes)) {
      if (this.#isClosed) return;
      if (line.kind === 'too-long') this.#refuse(INVALID_REQUEST, TOO_LONG, line.id);
      else this.#takeText(line.text);
    }
  }

  #takeText(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#refuse(PARSE_ERROR, 'Parse error: a message is one line of JSON.');
      return;
    }
    let message: JSONRPCMessage;
    try {
      message = parseJSONRPCMessage(value);
    } catch {
      const id = isObject(value) ? value.id : undefined;
      const isId = typeof id === 'string' || Number.isSafeInteger(id);
      this.#refuse(
        INVALID_REQUEST,
        'Invalid request: this is no message of JSON-RPC 2.0.',
        isId ? (id as string | number) : undefined,
      );
      return;
    }
    if ('method' in message && 'id' in message) this.#pending.add(message.id);
    if ('method' in message && message.method === 'notifications/cancelled')
      this.#pending.delete(message.params?.requestId as RequestId); // gets no answer
    this.onmessage?.(message);
  }

  /** Nothing more is asked: what was asked is answered if that is soon. */
  #finish(): void {
    if (this.#pending.size === 0) void this.close();
    else if (!this.#isEnding) this.#endGrace = timer(GRACE_MS, () => void this.close());
    this.#isEnding = true;
  }

  #refuse(code: number, message: string, id?: string | number): void {
    const answer = {jsonrpc: '2.0' as const, ...(id === undefined ? {} : {id}), error: {code, message}};
    void this.send(answer as JSONRPCMessage);
  }
}

const GRACE_MS = 1000;

const TOO_LONG = `Invalid request: a message has ${sizeText(MOST_BYTES)} at most. Put what is long into a file, and give its path.`;
