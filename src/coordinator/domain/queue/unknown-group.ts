import {didYouMean, StintError, shellWord, visible} from '../../../base/index.ts';

/** Nothing can be submitted to a group that nobody has made: `known` are those that there are. */
export function unknownGroup(name: string, known: readonly string[]): StintError {
  const there = known.length === 0 ? 'There is none yet.' : `There are: ${[...known].sort().join(', ')}.`;
  const hint = [didYouMean(name, known), there, `To make it: stint parallel 1 --group ${shellWord(name)}`];
  return new StintError('GROUP_NOT_FOUND', `There is no group ${visible(name)}.`, {
    hint: hint.filter(Boolean).join(' '),
  });
}
