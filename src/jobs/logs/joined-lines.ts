/**
 * Lines made of the pieces in which records hold them, of several streams on one output. A line is printed once it is whole,
 * so nothing stands inside of it. One that is too long to be kept, or is to be seen at once, is printed as it comes; the
 * lines of the other streams wait until it ends, and where too much of them waits it is broken. A line that is to be seen at once
 * may stay without an end for hours: it is broken after a while, and at once where it overwrites itself, as a bar does.
 */

/** Characters of a line that are kept until it is whole, and of lines that wait for another one. */
const MOST_KEPT = 1024 * 1024;
/** How long lines wait for one that is to be seen at once. */
const PATIENCE_MS = 2000;

export interface JoinedLinesOptions {
  /** Default: 1 Mi characters. */
  readonly mostKept?: number;
  /** Calls back once, unless the returned function takes that back. Default: never, for what is not followed. */
  readonly later?: (ms: number, callback: () => void) => () => void;
}

export interface LineStyle {
  /** Stands before every line. */
  readonly prefix?: string;
  /** Makes of what is in a line what is printed behind its head. Is given whole lines, or pieces of one that is printed as it comes. */
  readonly shown?: (text: string, head: string) => string;
}

/** A line that was begun on the output and goes on. */
interface Begun {
  readonly stream: LineStream;
  readonly isSeenAtOnce: boolean;
  overwritesItself: boolean;
}

export class JoinedLines {
  readonly #write: (text: string) => void;
  readonly #mostKept: number;
  readonly #later: JoinedLinesOptions['later'];
  /** Goes out with the next `flush`. */
  #ready: string[] = [];
  #begun: Begun | undefined;
  #waiting: string[] = [];
  #waitingSize = 0;
  #forget: (() => void) | undefined;
  /** Why something could not be written while nobody was there to be told. */
  #failure: {readonly error: unknown} | undefined;

  constructor(write: (text: string) => void, {mostKept = MOST_KEPT, later}: JoinedLinesOptions = {}) {
    this.#write = write;
    this.#mostKept = mostKept;
    this.#later = later;
  }

  stream(style: LineStyle = {}): LineStream {
    return new LineStream(this, this.#mostKept, style);
  }

  /** Writes what there is. Throws what `write` throws; nothing is written twice. */
  flush(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#ready.length === 0) return;
    const text = this.#ready.join('');
    this.#ready = [];
    this.#write(text);
  }

  get hasBegun(): boolean {
    return this.#begun !== undefined;
  }

  isBegun(stream: LineStream): boolean {
    return this.#begun?.stream === stream;
  }

  /** Prints the begin of a line that goes on. One that is on the output has been waited for long enough. */
  begin(stream: LineStream, text: string, isSeenAtOnce: boolean): void {
    this.#break();
    this.#begun = {stream, isSeenAtOnce, overwritesItself: text.includes('\r')};
    this.#ready.push(text);
  }

  /** Prints more of the line that was begun. */
  goOn(text: string): void {
    if (this.#begun !== undefined) this.#begun.overwritesItself ||= text.includes('\r');
    this.#ready.push(text);
    this.#losePatience();
  }

  /** Ends the line that was begun. */
  endBegun(): void {
    this.#forget?.();
    this.#forget = undefined;
    this.#begun = undefined;
    this.#ready.push('\n');
    for (const line of this.#waiting) this.#ready.push(line);
    this.#waiting = [];
    this.#waitingSize = 0;
  }

  /** Prints a whole line, when there is no other one on the output. */
  line(text: string): void {
    if (this.#begun === undefined) {
      this.#ready.push(`${text}\n`);
      return;
    }
    this.#waiting.push(`${text}\n`);
    this.#waitingSize += text.length;
    this.#losePatience();
  }

  /** Breaks the line that was begun, now or later, where something waits for it. */
  #losePatience(): void {
    if (this.#begun === undefined || this.#waiting.length === 0) return;
    const {isSeenAtOnce, overwritesItself} = this.#begun;
    if (this.#waitingSize > this.#mostKept || (isSeenAtOnce && overwritesItself)) this.#break();
    else if (isSeenAtOnce) this.#forget ??= this.#later?.(PATIENCE_MS, () => this.#breakLater());
  }

  #breakLater(): void {
    this.#break();
    try {
      this.flush();
    } catch (error) {
      this.#failure = {error};
    }
  }

  #break(): void {
    if (this.#begun === undefined) return;
    this.#begun.stream.wasBroken();
    this.endBegun();
  }
}

/** One of the streams: its lines are in their order, each in as many pieces as it has. */
export class LineStream {
  readonly #lines: JoinedLines;
  readonly #mostKept: number;
  readonly #prefix: string;
  readonly #shown: (text: string, head: string) => string;
  /** Stands before the line. */
  #head: string;
  #kept: string[] = [];
  #keptSize = 0;
  /** All of its line that came is on the output, with a newline. */
  #isBroken = false;

  /** Made by `JoinedLines`. */
  constructor(lines: JoinedLines, mostKept: number, {prefix = '', shown = same}: LineStyle) {
    this.#lines = lines;
    this.#mostKept = mostKept;
    this.#prefix = prefix;
    this.#head = prefix;
    this.#shown = shown;
  }

  /** Takes the next piece of its line, with which the line is whole or goes on. `stamp` stands before the line that the piece begins. */
  add(piece: string, isWhole: boolean, stamp = ''): void {
    const lines = this.#lines;
    if (lines.isBegun(this)) {
      lines.goOn(this.#shown(piece, this.#head));
      if (isWhole) lines.endBegun();
      return;
    }
    const hasNoMore = this.#isBroken && piece === '';
    if (piece !== '' || isWhole) this.#isBroken = false;
    if (hasNoMore) return;
    if (this.#kept.length === 0) this.#head = this.#prefix + stamp;
    if (isWhole) lines.line(this.#takeKept(piece));
    else {
      this.#kept.push(piece);
      this.#keptSize += piece.length;
      if (this.#keptSize > this.#mostKept) lines.begin(this, this.#takeKept(''), false);
    }
  }

  /** Prints what there is of its line, unless another one is on the output. */
  show(): void {
    if (this.#kept.length > 0 && !this.#lines.hasBegun) this.#lines.begin(this, this.#takeKept(''), true);
  }

  /** Nothing more comes of a line that is not whole. */
  end(): void {
    this.#isBroken = false;
    if (this.#lines.isBegun(this)) this.#lines.endBegun();
    else if (this.#kept.length > 0) this.#lines.line(this.#takeKept(''));
  }

  wasBroken(): void {
    this.#isBroken = true;
  }

  #takeKept(last: string): string {
    const text = this.#kept.length === 0 ? last : this.#kept.join('') + last;
    this.#kept = [];
    this.#keptSize = 0;
    return this.#head + this.#shown(text, this.#head);
  }
}

function same(text: string): string {
  return text;
}
