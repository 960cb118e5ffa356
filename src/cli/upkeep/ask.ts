/** A question to whoever sits at the terminal. */
import {readSync} from 'node:fs';

import {isTerminal} from '../output/terminal.ts';
import {err} from '../output/write.ts';

/** Whether somebody could answer, and see what is asked. */
export function canAsk(): boolean {
  return isTerminal(0) && isTerminal(2);
}

/** Whether the answer begins with a y. Waits for it; no answer is a no. */
export function askYesNo(question: string): boolean {
  err(`${question} [y/N] `);
  const bytes = Buffer.alloc(256);
  try {
    return /^\s*y/i.test(bytes.toString('utf8', 0, readSync(0, bytes)));
  } catch {
    return false; // the terminal is gone
  }
}
