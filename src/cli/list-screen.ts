/** Where a list is shown that changes: a screen of a terminal that is drawn over, or a pipe to which each is added. */
import {cutLines} from './output/cut-lines.ts';
import {onResize, terminalSize} from './output/terminal.ts';
import {out, say} from './output/write.ts';

export interface ListScreen {
  /** Shows this instead of the list before. */
  show(list: string): void;
  /** Something that a person may want to know, besides the list. */
  note(text: string): void;
  /** Leaves the terminal as it was, with the last list and the notes on it. */
  close(): void;
}

const [ENTER, LEAVE] = ['\u001b[?1049h\u001b[?25l', '\u001b[?25h\u001b[?1049l'];
const [HOME, REST_OF_LINE, REST_OF_SCREEN] = ['\u001b[H', '\u001b[K', '\u001b[J'];

/** `redraw` is called when the list has to be made again because there is another amount of room. */
export function openListScreen(redraw: () => void): ListScreen {
  return terminalSize() === undefined ? pipe() : terminal(redraw);
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

/** Uses the screen that programs have besides the one with the commands typed, so nothing of that one is lost. */
function terminal(redraw: () => void): ListScreen {
  let shown = '';
  const notes: string[] = [];
  const restore = onResize(redraw);
  out(ENTER);
  return {
    show: list => {
      shown = list;
      const lines = [...list.trimEnd().split('\n'), ...notes.slice(-1).map(note => `stint: ${note}`)];
      const {rows = lines.length} = terminalSize() ?? {};
      // Without a line end behind the last line, which would push up all others.
      out(`${HOME}${cutLines(lines, rows).join(`${REST_OF_LINE}\n`)}${REST_OF_LINE}${REST_OF_SCREEN}`);
    },
    note: text => {
      notes.push(text);
      redraw();
    },
    close: () => {
      restore();
      out(`${LEAVE}${shown}`);
      for (const text of notes) say(text);
    },
  };
}
