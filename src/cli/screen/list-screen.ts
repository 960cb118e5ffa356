/** Where a list is shown that changes: a screen of a terminal that is drawn over, or a pipe to which each is added. */
import {endBySignal, onExit, onSignal, suspendGroup, systemClock} from '../../platform/index.ts';
import {cutLines} from '../output/cut-lines.ts';
import {clockTime} from '../output/human.ts';
import {CTRL_BACKSLASH, CTRL_C, CTRL_Z, type Keyboard, openKeyboard} from '../output/keyboard.ts';
import {dim} from '../output/style.ts';
import {onResize, terminalSize} from '../output/terminal.ts';
import {out, say} from '../output/write.ts';

export interface ListScreen {
  /** Shows this instead of the list before. `moves`: times in it go on, so it is made again every second. */
  show(list: string, moves: boolean): void;
  /** Something that a person may want to know, besides the list. */
  note(text: string): void;
  /** Leaves the terminal as it was, with the last list and the notes on it. */
  close(): void;
}

export interface ScreenOptions {
  /** The list has to be made again: there is another amount of room, or a second has passed. */
  readonly redraw: () => void;
  /** Somebody has seen enough. */
  readonly stop: () => void;
  /** What keys do besides `q`. */
  readonly keys?: Readonly<Record<string, ScreenKey>>;
}

export interface ScreenKey {
  readonly does: string;
  readonly press: () => void;
}

export function openListScreen(options: ScreenOptions): ListScreen {
  return terminalSize() === undefined ? pipe() : new Screen(options);
}

function pipe(): ListScreen {
  let shown: string | undefined;
  return {
    show: list => {
      if (list !== shown) out(`${list}\n`);
      shown = list;
    },
    note: say,
    close: () => undefined,
  };
}

const [ENTER, LEAVE] = ['\u001b[?1049h\u001b[?25l', '\u001b[?25h\u001b[?1049l'];
const [HOME, REST_OF_LINE, REST_OF_SCREEN] = ['\u001b[H', '\u001b[K', '\u001b[J'];

const SECOND_MS = 1000;
/** In a lower terminal there is only the list. */
const LEAST_ROWS = 3;

/**
 * Uses the screen that programs have besides the one with the commands typed, so nothing of that one is lost. Below the list
 * are a clock and the keys. However this process ends, the terminal is as it was before, unless it is killed.
 */
class Screen implements ListScreen {
  readonly #options: ScreenOptions;
  readonly #keyboard: Keyboard | undefined;
  readonly #undo: (() => void)[];
  readonly #notes: string[] = [];
  #shown = '';
  #entering: NodeJS.Timeout | undefined;
  #moves = false;

  constructor(options: ScreenOptions) {
    this.#options = options;
    out(ENTER);
    this.#keyboard = openKeyboard(key => this.#press(key), options.stop);
    const second = setInterval(() => this.#secondPassed(), SECOND_MS);
    this.#undo = [
      onResize(options.redraw),
      () => clearInterval(second),
      () => clearTimeout(this.#entering),
      onSignal('SIGCONT', () => this.#enter()),
      onSignal('SIGHUP', () => this.#endBy('SIGHUP')),
      onSignal('SIGQUIT', () => this.#endBy('SIGQUIT')),
      onExit(() => this.#leave()),
    ];
  }

  show(list: string, moves: boolean): void {
    this.#shown = list;
    this.#moves = moves;
    const lines = [...list.trimEnd().split('\n'), ...this.#notes.slice(-1).map(note => `stint: ${note}`)];
    const rows = terminalSize()?.rows ?? lines.length + 1;
    // Without a line end behind the last line, which would push up all others.
    const drawn = cutLines(lines, rows >= LEAST_ROWS ? rows - 1 : rows).join(`${REST_OF_LINE}\n`);
    out(`${HOME}${drawn}${REST_OF_LINE}${REST_OF_SCREEN}`);
    this.#drawFooter();
  }

  note(text: string): void {
    this.#notes.push(text);
    this.#options.redraw();
  }

  close(): void {
    for (const undo of this.#undo) undo();
    this.#leave();
    out(this.#shown);
    for (const text of this.#notes) say(text);
  }

  #secondPassed(): void {
    try {
      if (this.#moves) this.#options.redraw();
      else this.#drawFooter();
    } catch {
      this.#options.stop(); // the terminal is gone
    }
  }

  #drawFooter(): void {
    const {rows = 0, columns = 0} = terminalSize() ?? {};
    if (rows < LEAST_ROWS) return;
    const now = systemClock.now();
    const keys = Object.entries(this.#options.keys ?? {}).map(([key, {does}]) => `${key} ${does}`);
    const hint = this.#keyboard === undefined ? ['Ctrl-C quit'] : ['q quit', ...keys];
    const text = [clockTime(now, now), ...hint].join('   ').slice(0, columns);
    out(`\u001b[${rows};1H${dim(text)}${REST_OF_LINE}`);
  }

  #press(key: string): void {
    if (key === CTRL_Z) this.#suspend();
    else if (key === 'q' || key === CTRL_C || key === CTRL_BACKSLASH) this.#options.stop();
    else if (this.#options.keys?.[key] !== undefined) {
      this.#options.keys[key].press();
      this.#options.redraw();
    }
  }

  /** As the terminal itself does it where keys are signals. Where nobody could continue it, it does not stop. */
  #suspend(): void {
    this.#leave();
    suspendGroup();
    this.#entering = setTimeout(() => this.#enter(), STOPPED_WITHIN_MS);
  }

  #enter(): void {
    this.#keyboard?.resume();
    out(ENTER);
    this.#options.redraw();
  }

  #leave(): void {
    this.#keyboard?.close();
    try {
      out(LEAVE);
    } catch {
      // the terminal is gone
    }
  }

  #endBy(signal: NodeJS.Signals): void {
    this.#leave();
    endBySignal(signal);
  }
}

const STOPPED_WITHIN_MS = 100;
