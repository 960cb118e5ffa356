/**
 * What a terminal would show in the end of lines that move its cursor: a bar that draws itself anew is one line, in its last
 * state. Rows can be drawn anew for as long as they are held. A column is a UTF-16 unit. Pure.
 */

interface Row<Mark> {
  text: string;
  /** Of the line that wrote to it last. */
  mark: Mark;
}

export class PlainScreen<Mark> {
  readonly #reach: number;
  readonly #rows: Row<Mark>[] = [];
  #row = 0;
  #column = 0;
  /** It was taken back to its begin: what is written next is all of it. */
  #isTakenBack = false;

  /** Holds so many rows above the last one. */
  constructor(reach: number) {
    this.#reach = reach;
  }

  /** Writes a line and its end; tells the rows that cannot change any more. */
  write(text: string, mark: Mark): readonly Readonly<Row<Mark>>[] {
    for (let at = 0; at < text.length; ) {
      STEERING.lastIndex = at;
      const found = STEERING.exec(text);
      if (found === null || found.index > at) this.#put(text.slice(at, found?.index), mark);
      if (found === null) break;
      this.#steer(found, mark);
      at = STEERING.lastIndex;
    }
    this.#rowOf(mark);
    this.#row += 1;
    this.#column = 0;
    this.#isTakenBack = false;
    const settled = Math.max(0, Math.min(this.#rows.length, this.#row) - this.#reach);
    this.#row -= settled;
    return this.#rows.splice(0, settled);
  }

  /** The rows that are left. */
  end(): readonly Readonly<Row<Mark>>[] {
    this.#row = 0;
    return this.#rows.splice(0);
  }

  #rowOf(mark: Mark): Row<Mark> {
    while (this.#rows.length <= this.#row) this.#rows.push({text: '', mark});
    const row = this.#rows[this.#row] ?? {text: '', mark};
    row.mark = mark;
    return row;
  }

  #put(text: string, mark: Mark): void {
    const row = this.#rowOf(mark);
    if (this.#column === row.text.length && !this.#isTakenBack) {
      row.text += text;
      this.#column += text.length;
      return;
    }
    const before = this.#isTakenBack ? '' : row.text.slice(0, this.#column).padEnd(this.#column);
    row.text = before + text + (this.#isTakenBack ? '' : row.text.slice(this.#column + text.length));
    this.#column += text.length;
    this.#isTakenBack = false;
  }

  #steer({0: all, groups: {parameter = '', final} = {}}: RegExpExecArray, mark: Mark): void {
    if (all === '\r') {
      this.#column = 0;
      this.#isTakenBack = true;
      return;
    }
    if (all === '\b') this.#column = Math.max(0, this.#column - 1);
    const count = Math.min(Math.max(1, Number.parseInt(parameter, 10) || 1), MOST_MOVED);
    if (final === 'K') this.#erase(parameter, mark);
    else if (final === 'J' && /^0?$/.test(parameter)) {
      this.#erase('', mark);
      this.#rows.length = Math.min(this.#rows.length, this.#row + 1);
    } else this.#move(final, count);
  }

  #move(final: string | undefined, count: number): void {
    switch (final) {
      case 'A':
      case 'F':
        this.#row = Math.max(0, this.#row - count);
        if (final === 'F') this.#column = 0;
        break;
      case 'B':
      case 'E':
        this.#row = Math.min(Math.max(this.#row, this.#rows.length - 1), this.#row + count);
        if (final === 'E') this.#column = 0;
        break;
      case 'C':
        this.#column = Math.max(this.#column, Math.min(this.#column + count, MOST_MOVED));
        break;
      case 'D':
        this.#column = Math.max(0, this.#column - count);
        break;
      case 'G':
        this.#column = count - 1;
        break;
      default:
        return;
    }
    this.#isTakenBack = false;
  }

  #erase(parameter: string, mark: Mark): void {
    const row = this.#rowOf(mark);
    if (parameter === '2') row.text = '';
    else if (parameter === '1')
      row.text = ' '.repeat(Math.min(this.#column, row.text.length)) + row.text.slice(this.#column);
    else row.text = row.text.slice(0, this.#column);
  }
}

/** Nothing is wider or higher. */
const MOST_MOVED = 1000;

/**
 * Sequences that end with a letter (CSI), those with a text (OSC, DCS and their like, to their end or that of the line),
 * others of two or three characters, and single control characters but tabs.
 */
const STEERING = new RegExp(
  [
    '(?:\\u001b\\[|\\u009b)(?<parameter>[0-?]*)[ -/]*(?<final>[@-~])',
    '(?:\\u001b[\\]PX^_]|[\\u009d\\u0090\\u0098\\u009e\\u009f])[^\\u0007\\u001b\\u009c]*(?:\\u0007|\\u001b\\\\|\\u009c|$)?',
    '\\u001b[ -/]*[0-~]?',
    '[\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f]',
  ].join('|'),
  'g',
);
