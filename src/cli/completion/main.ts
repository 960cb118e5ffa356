/**
 * What the completion functions of the shells call at every Tab (`stint __complete <shell> <line> [<breaks>]`): a bundle of
 * its own, so that it starts fast. It prints nothing on stderr, changes nothing, asks no coordinator and always exits with 0:
 * who is typing must not be disturbed, whatever is broken.
 */
import {findCommand} from '../command-line/find-command.ts';
import {COMMANDS} from '../definitions/commands.ts';
import {SHELLS} from '../definitions/shared.ts';
import {out} from '../output/write.ts';
import {answer} from './answer.ts';
import type {Found} from './completions.ts';
import {storeSources} from './store-sources.ts';

/** Where bash begins a word anew unless `COMP_WORDBREAKS` says otherwise; the other shells only at blanks. */
const BREAKS = {bash: ' \t\n"\'@><=;|&(:', zsh: '', fish: ''};

export async function main([, name, line = '', breaks]: readonly string[]): Promise<number> {
  try {
    const shell = SHELLS.find(each => each === name);
    if (shell !== undefined)
      out(await answer(shell, line, breaks || BREAKS[shell], {...storeSources(), commands: COMMANDS, find}));
  } catch {
    // no candidates, or nobody who reads them
  }
  return 0;
}

function find(words: readonly string[]): Found | undefined {
  try {
    return findCommand(words);
  } catch {
    return undefined; // there is no such command, so nothing can be said of what it takes
  }
}
