/**
 * Which command lines end with the code of a job: `wait`, and `run` that waits. Told by the words alone, because a line
 * that cannot be parsed has to end with a code as well that is not taken for a job's.
 */

import {COMMANDS} from '../registry.ts';
import {leadingOptions} from './leading-options.ts';

export function givesCodeOfJob([name, ...words]: readonly string[]): boolean {
  if (name === 'wait') return true;
  return name === 'run' && leadingOptions(words, takesValue).options.some(option => WAITING.has(option));
}

const WAITING = new Set(['--wait', '--wait-up-to', '--follow', '-f']);

/** Undefined for an option that there is not. */
function takesValue(option: string): boolean | undefined {
  const run = COMMANDS.find(({name}) => name === 'run');
  return run?.options.find(({flags}) => flags.split(/[ ,]+/).includes(option))?.flags.includes('<');
}
