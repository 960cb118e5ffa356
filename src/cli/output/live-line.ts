/**
 * A line on a terminal that is not whole yet, drawn over as it grows: of several the one that changed last. It is taken away
 * before anything else is printed and drawn again below that; in one row, so that it can be.
 */
import {seenLast, visible, visibleLine, withoutColours} from '../../base/index.ts';
import {terminalSize} from './terminal.ts';
import {cutToEnd} from './text-width.ts';

/** UTF-16 units that may be of interest: no terminal shows more in a row. */
const LONGEST = 4096;
const [BEGIN_OF_LINE, REST_OF_LINE] = ['\r', '\u001b[K'];

export interface LiveLineOptions {
  readonly write: (text: string) => void;
  readonly columns: () => number;
  readonly widthOf: (text: string) => number;
}

export class LiveLine {
  readonly #options: LiveLineOptions;
  /** What there is of each line, the one that changed last at the end. */
  readonly #texts = new Map<object, {readonly prefix: string; readonly text: string}>();
  #drawn = '';
  /** Something else was printed that did not end its line: there is no row for this one. */
  #isBlocked = false;

  constructor(options: LiveLineOptions) {
    this.#options = options;
  }

  /** The one on the terminal behind stdout. */
  static async open(write: (text: string) => void): Promise<LiveLine> {
    const {default: widthOf} = await import('fast-string-width');
    return new LiveLine({write, widthOf, columns: () => terminalSize()?.columns ?? 80});
  }

  /** More of a line. It is drawn with the next `draw` or `print`. */
  add(line: object, prefix: string, more: string): void {
    const text = `${this.#texts.get(line)?.text ?? ''}${more}`;
    this.#texts.delete(line);
    this.#texts.set(line, {prefix, text: seenLast(text).slice(-LONGEST)});
  }

  /** It is whole, or printed otherwise. Tells whether anything of it was to be seen. */
  drop(line: object): boolean {
    return this.#texts.delete(line);
  }

  draw(): void {
    const drawing = this.#isBlocked ? '' : this.#drawing();
    if (drawing === this.#drawn) return;
    this.#options.write(`${this.#erasing()}${drawing}`);
    this.#drawn = drawing;
  }

  /** Prints something else. */
  print(text: string): void {
    this.#isBlocked = !text.endsWith('\n');
    const erasing = this.#erasing();
    this.#drawn = this.#isBlocked ? '' : this.#drawing();
    this.#options.write(`${erasing}${text}${this.#drawn}`);
  }

  /** Somebody else is about to print on the terminal. */
  takeAway(): void {
    if (this.#drawn === '') return;
    this.#options.write(this.#erasing());
    this.#drawn = '';
  }

  /** Leaves the line where it is, as far as it goes; what is printed next comes below. */
  leave(line: object): void {
    const isShown = this.#drawn !== '' && [...this.#texts.keys()].at(-1) === line;
    this.#texts.delete(line);
    if (!isShown) return;
    this.#options.write('\n');
    this.#drawn = '';
  }

  #erasing(): string {
    return this.#drawn === '' ? '' : `${BEGIN_OF_LINE}${REST_OF_LINE}`;
  }

  #drawing(): string {
    const newest = [...this.#texts.values()].at(-1);
    if (newest === undefined) return '';
    const {prefix, text} = newest;
    const seen = text.replaceAll('\r', '');
    const {widthOf, columns} = this.#options;
    const room = columns() - 1 - widthOf(withoutColours(prefix));
    const plain = visible(withoutColours(seen).replaceAll('\t', ' '));
    if (widthOf(plain) > room) return `${prefix}${cutToEnd(room, plain, widthOf)}`;
    return visibleLine(seen.replaceAll('\t', ' '), prefix);
  }
}
