/** The lines of a log that match a pattern, with lines around them, as `grep -C` has it. */
import type {Pattern} from '../../../base/index.ts';
import type {LogEntry} from '../log-record.ts';
import type {LogStage} from './log-stage.ts';
import {type LogLine, WholeLines} from './whole-lines.ts';

export interface MatchOptions {
  readonly pattern: Pattern;
  /** So many lines before and behind each are printed as well. */
  readonly context: number;
  /** So many of the first that match are taken for lines that do not. Default 0. */
  readonly skip?: number | undefined;
}

/** Throws `USAGE` where the pattern was given up. */
export class MatchingLines implements LogStage {
  readonly #options: MatchOptions;
  readonly #lines = new WholeLines();
  #toSkip: number;
  /** The last lines that did not go on, of which the next that matches may want some. */
  #before: LogLine[] = [];
  /** So many lines more go on whether they match or not. */
  #after = 0;
  /** A line was left out since the last that went on. */
  #isApart = false;

  constructor(options: MatchOptions) {
    this.#options = options;
    this.#toSkip = options.skip ?? 0;
  }

  /** Whether a line has begun whose rest may be in what comes. */
  get hasOpen(): boolean {
    return this.#lines.hasOpen;
  }

  take(entries: readonly LogEntry[]): readonly LogEntry[] {
    return this.#matching(entries.flatMap(entry => this.#lines.add(entry)));
  }

  end(): readonly LogEntry[] {
    return this.#matching(this.#lines.end());
  }

  #matching(lines: readonly LogLine[]): LogEntry[] {
    if (lines.length === 0) return [];
    const {pattern, context} = this.#options;
    const found = pattern.matches(lines.map(({text}) => text));
    const out: LogEntry[] = [];
    for (const [at, line] of lines.entries()) {
      if (found[at] && this.#toSkip-- <= 0) {
        for (const before of this.#before) this.#goOn(before, out);
        this.#before = [];
        this.#goOn(line, out);
        out.push({...(out.pop() as LogEntry), isFound: true});
        this.#after = context;
      } else if (this.#after > 0) {
        this.#after -= 1;
        this.#goOn(line, out);
      } else this.#leaveOut(line, context);
    }
    return out;
  }

  #leaveOut(line: LogLine, context: number): void {
    if (context > 0) this.#before.push(line);
    if (this.#before.length <= context && context > 0) return;
    this.#before.shift();
    this.#isApart = true;
  }

  #goOn({entries}: LogLine, out: LogEntry[]): void {
    const [first, ...rest] = entries;
    if (first !== undefined) out.push(this.#isApart ? {...first, isApart: true} : first, ...rest);
    this.#isApart = false;
  }
}
