/**
 * Regular expressions of people, which cannot take for ever. Where one backtracks too much, V8 goes on with an engine that
 * takes time by the length of the text alone; what that cannot do (back references, look-around, ignoring case) is ended by
 * a limit of time. The limit is for all that one pattern is asked, and grows with how much text that was.
 */
import {setFlagsFromString} from 'node:v8';
import {type Context, createContext, Script} from 'node:vm';

import {hasCode, messageOf, StintError} from '../errors.ts';
import {visible} from './visible.ts';

export interface PatternOptions {
  /** Default: case counts. */
  readonly ignoreCase?: boolean;
  /** Milliseconds of computing, besides 1 ms for 10,000 characters looked at. Default 2000. */
  readonly patienceMs?: number;
}

/** `what` is where it was given: `--grep`. Throws `USAGE` for what is no regular expression. */
export function parsePattern(source: string, what: string, options: PatternOptions = {}): Pattern {
  return new Pattern(source, what, options);
}

/** Who types no capital letter does not mean them to count. */
export function isSmallOnly(source: string): boolean {
  return !/\p{Lu}/u.test(source.replace(/\\(?:[pP]\{[^}]*\}|.)/gsu, ''));
}

export class Pattern {
  /** What every text that matches holds as it stands here; undefined where that cannot be told. */
  readonly literal: string | undefined;
  readonly #isPlain: boolean;
  readonly #what: string;
  readonly #source: string;
  readonly #expression: RegExp;
  #leftMs: number;
  /** The same by the clock, of which a busy machine gives a part to others. */
  #leftByClockMs: number;
  #watched: {readonly script: Script; readonly context: Context} | undefined;
  #texts: readonly string[] = [];

  /** Made by `parsePattern`. */
  constructor(source: string, what: string, {ignoreCase = false, patienceMs = 2000}: PatternOptions) {
    this.literal = ignoreCase ? undefined : requiredText(source);
    this.#isPlain = this.literal === source;
    this.#what = what;
    this.#source = source;
    this.#leftMs = patienceMs;
    this.#leftByClockMs = patienceMs * MOST_SHARED;
    setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
    try {
      this.#expression = new RegExp(
        source,
        (ignoreCase ? 'i' : '') + (NEEDS_UNICODE.test(source) ? 'u' : ''),
      );
      this.#expression.test(''); // compiles it, which some are too large for
    } catch (error) {
      const why = messageOf(error).replace(/^.*: /s, '');
      throw new StintError('USAGE', `${what} is ${this.#shown}, which is no regular expression: ${why}.`, {
        hint: 'A character that means something in one stands for itself behind a backslash.',
      });
    }
  }

  /** Which of the texts hold it. Throws `USAGE` where that took too long; then no further one can be asked for. */
  matches(texts: readonly string[]): readonly boolean[] {
    if (this.#isPlain) return texts.map(text => text.includes(this.#source));
    const moreMs = texts.reduce((sum, text) => sum + text.length, 0) / CHARACTERS_PER_MS;
    this.#leftMs += moreMs;
    this.#leftByClockMs += moreMs * MOST_SHARED;
    this.#watched ??= watched(() => this.#texts.map(text => this.#expression.test(text)));
    const {script, context} = this.#watched;
    this.#texts = texts;
    while (this.#leftMs > 0 && this.#leftByClockMs > 0) {
      const [before, began] = [computedMs(), performance.now()];
      try {
        return script.runInContext(context, {
          timeout: Math.ceil(Math.min(this.#leftMs, this.#leftByClockMs)),
        });
      } catch (error) {
        if (!hasCode(error, 'ERR_SCRIPT_EXECUTION_TIMEOUT')) break;
        // Where the time went to other processes, once more.
      } finally {
        this.#leftMs -= computedMs() - before;
        this.#leftByClockMs -= performance.now() - began;
      }
    }
    throw this.#givenUp();
  }

  #givenUp(): StintError {
    return new StintError('USAGE', `Gave up on ${this.#what} ${this.#shown}: matching it takes too long.`, {
      hint: 'What is repeated should not hold another repetition that fits the same text, as (a+)+ does.',
    });
  }

  get #shown(): string {
    const text = visible(this.#source);
    return text.length <= MOST_SHOWN ? `'${text}'` : `'${text.slice(0, MOST_SHOWN)}…'`;
  }
}

const CHARACTERS_PER_MS = 10_000;
const MOST_SHARED = 3;
const MOST_SHOWN = 200;
/** Without the flag these would mean letters. */
const NEEDS_UNICODE = /\\p\{|\\P\{|\\u\{/;

/**
 * The longest text that is not optional. Where there are neither choices nor groups a pattern is characters one behind the
 * other, so what stands between those that may be absent, repeated or anything is in every text that matches.
 */
function requiredText(source: string): string | undefined {
  if (/[|()[\]{}\\]/.test(source)) return undefined;
  const runs = source.split(/.[*?]\??|\+\??|[.^$]/s);
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), '') || undefined;
}

function watched(ask: () => readonly boolean[]): {script: Script; context: Context} {
  return {script: new Script('ask()'), context: createContext({ask})};
}

/** Of this process. */
function computedMs(): number {
  const {user, system} = process.cpuUsage();
  return (user + system) / 1000;
}
