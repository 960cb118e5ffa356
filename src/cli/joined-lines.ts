/**
 * Lines made of the pieces in which records hold them, of several streams on one output. A line is printed once it is whole,
 * so nothing stands inside of it. One that is too long to be kept, or is to be seen at once, is printed as it comes; the
 * lines of the other streams wait until it ends, and where too much of them waits it is broken.
 */

/** Characters of a line that are kept until it is whole, and of lines that wait for another one. */
const MOST_KEPT = 1024 * 1024;

export interface JoinedLinesOptions {
  /** Default: 1 Mi characters. */
  readonly mostKept?: number;
}

export interface LineStyle {
  /** Stands before every line. */
  readonly prefix?: string;
  /** Makes of what is in a line what is printed. Is given whole lines, or pieces of one that is too long. */
  readonly shown?: (text: string) => string;
}

export class JoinedLines {
  readonly #write: (text: string) => void;
  readonly #mostKept: number;
  /** Goes out with the next `flush`. */
  #ready: string[] = [];
  /** Whose line was begun on the output and goes on. */
  #begun: LineStream | undefined;
  #waiting: string[] = [];
  #waitingSize = 0;

  constructor(write: (text: string) => void, {mostKept = MOST_KEPT}: JoinedLinesOptions = {}) {
    this.#write = write;
    this.#mostKept = mostKept;
  }

  stream(style: LineStyle = {}): LineStream {
    return new LineStream(this, this.#mostKept, style);
  }

  /** Writes what there is. Throws what `write` throws; nothing is written twice. */
  flush(): void {
    if (this.#ready.length === 0) return;
    const text = this.#ready.join('');
    this.#ready = [];
    this.#write(text);
  }

  get hasBegun(): boolean {
    return this.#begun !== undefined;
  }

  isBegun(stream: LineStream): boolean {
    return this.#begun === stream;
  }

  /** Prints the begin of a line that goes on. One that is on the output has been waited for long enough. */
  begin(stream: LineStream, text: string): void {
    this.#break();
    this.#begun = stream;
    this.#ready.push(text);
  }

  /** Prints more of the line that was begun. */
  goOn(text: string): void {
    this.#ready.push(text);
  }

  /** Ends the line that was begun. */
  endBegun(): void {
    this.#begun = undefined;
    this.#ready.push('\n');
    for (const line of this.#waiting) this.#ready.push(line);
    this.#waiting = [];
    this.#waitingSize = 0;
  }

  /** Prints a whole line, when there is no other one on the output. */
  line(text: string): void {
    if (this.#begun === undefined) {
      this.#ready.push(text, '\n');
      return;
    }
    this.#waiting.push(text, '\n');
    this.#waitingSize += text.length;
    if (this.#waitingSize > this.#mostKept) this.#break();
  }

  #break(): void {
    if (this.#begun !== undefined) this.endBegun();
  }
}

/** One of the streams: its lines are in their order, each in as many pieces as it has. */
export class LineStream {
  readonly #lines: JoinedLines;
  readonly #mostKept: number;
  readonly #prefix: string;
  readonly #shown: (text: string) => string;
  #kept: string[] = [];
  #keptSize = 0;

  /** Made by `JoinedLines`. */
  constructor(lines: JoinedLines, mostKept: number, {prefix = '', shown = same}: LineStyle) {
    this.#lines = lines;
    this.#mostKept = mostKept;
    this.#prefix = prefix;
    this.#shown = shown;
  }

  /** Takes the next piece of its line, with which the line is whole or goes on. */
  add(piece: string, isWhole: boolean): void {
    const lines = this.#lines;
    if (lines.isBegun(this)) {
      lines.goOn(this.#shown(piece));
      if (isWhole) lines.endBegun();
    } else if (isWhole) {
      lines.line(this.#takeKept(piece));
    } else {
      this.#kept.push(piece);
      this.#keptSize += piece.length;
      if (this.#keptSize > this.#mostKept) lines.begin(this, this.#takeKept(''));
    }
  }

  /** Prints what there is of its line, unless another one is on the output. */
  show(): void {
    if (this.#kept.length > 0 && !this.#lines.hasBegun) this.#lines.begin(this, this.#takeKept(''));
  }

  /** Nothing more comes of a line that is not whole. */
  end(): void {
    if (this.#lines.isBegun(this)) this.#lines.endBegun();
    else if (this.#kept.length > 0) this.#lines.line(this.#takeKept(''));
  }

  #takeKept(last: string): string {
    const text = this.#kept.length === 0 ? last : this.#kept.join('') + last;
    this.#kept = [];
    this.#keptSize = 0;
    return this.#prefix + this.#shown(text);
  }
}

function same(text: string): string {
  return text;
}
