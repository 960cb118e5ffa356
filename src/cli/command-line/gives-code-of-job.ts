/**
 * Which command lines end with the code of a job: `wait`, and `run` and `retry` that wait. Told by the words alone, because a line
 * that cannot be parsed has to end with a code as well that is not taken for a job's.
 */

import {leadingOptions} from '../../base/index.ts';
import {RUN} from '../definitions/jobs.ts';
import {namesOf, takesValue} from './parse.ts';

export function givesCodeOfJob([name, ...words]: readonly string[]): boolean {
  if (name === 'wait') return true;
  if (name === 'retry') return words.includes('--wait');
  return name === 'run' && leadingOptions(words, takes).options.some(option => WAITING.has(option));
}

const WAITING = new Set(['--wait', '--wait-up-to', '--follow', '-f']);

/** Undefined for an option that there is not. */
function takes(name: string): boolean | undefined {
  const option = RUN.options.find(({flags}) => namesOf(flags).includes(name));
  return option && takesValue(option);
}
