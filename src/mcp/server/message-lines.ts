/**
 * Messages out of what comes in, one a line, in bounded memory: of one that is too long only its two ends are kept, in which
 * its id stands, so that whoever waits for the answer gets one.
 */
import {lineEnd} from '../../base/index.ts';

export const MOST_BYTES = 8 * 1024 * 1024;
const END_BYTES = 1024;

export type MessageLine =
  | {readonly kind: 'message'; readonly text: string}
  /** `id`: where it can be told. */
  | {readonly kind: 'too-long'; readonly id: string | number | undefined};

export class MessageLines {
  readonly #most: number;
  #kept: Buffer[] = [];
  #size = 0;
  /** Of a line that is too long. */
  #head: Buffer | undefined;
  #tail = Buffer.alloc(0);

  constructor(most = MOST_BYTES) {
    this.#most = most;
  }

  /** The lines that end with these bytes. */
  push(bytes: Buffer): readonly MessageLine[] {
    const lines: MessageLine[] = [];
    let from = 0;
    for (let end = lineEnd(bytes); end > 0; end = lineEnd(bytes, from)) {
      this.#keep(bytes.subarray(from, end - 1));
      lines.push(this.#line());
      from = end;
    }
    this.#keep(bytes.subarray(from));
    return lines.filter(line => line.kind === 'too-long' || line.text.trim() !== '');
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#head !== undefined) {
      this.#tail = Buffer.concat([this.#tail, bytes.subarray(-END_BYTES)]).subarray(-END_BYTES);
      return;
    }
    this.#kept.push(bytes);
    this.#size += bytes.length;
    if (this.#size <= this.#most) return;
    const all = Buffer.concat(this.#kept);
    this.#head = Buffer.from(all.subarray(0, END_BYTES));
    this.#tail = Buffer.from(all.subarray(-END_BYTES));
    this.#kept = [];
    this.#size = 0;
  }

  #line(): MessageLine {
    if (this.#head !== undefined) {
      const id = idIn(this.#head.toString(), this.#tail.toString());
      this.#head = undefined;
      this.#tail = Buffer.alloc(0);
      return {kind: 'too-long', id};
    }
    const text = Buffer.concat(this.#kept).toString();
    this.#kept = [];
    this.#size = 0;
    return {kind: 'message', text};
  }
}

/** The id of a request of which only the begin and the end are known: it stands before all that is nested, or behind it. */
function idIn(head: string, tail: string): string | number | undefined {
  const found = HEAD.exec(head)?.groups?.id ?? TAIL.exec(tail)?.groups?.id;
  return found === undefined ? undefined : (JSON.parse(found) as string | number);
}

const ID = String.raw`"id"\s*:\s*(?<id>\d{1,15}|"[^"\\]{0,200}")`;
const HEAD = new RegExp(String.raw`^\s*\{(?:\s*"(?:jsonrpc|method)"\s*:\s*"[^"\\]*"\s*,)*\s*${ID}\s*,`);
const TAIL = new RegExp(
  String.raw`\}\s*,(?:\s*"(?:jsonrpc|method)"\s*:\s*"[^"\\]*"\s*,)*\s*${ID}\s*(?:,\s*"(?:jsonrpc|method)"\s*:\s*"[^"\\]*"\s*)*\}\s*$`,
);
