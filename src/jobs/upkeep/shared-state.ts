/** What is said of a state directory that other machines can use as well. */
import {sharedFileSystem} from '../../platform/index.ts';

export interface SharedState {
  readonly message: string;
  readonly hint: string;
}

/** Undefined where that is not so, or cannot be known. */
export function sharedState(state: string): SharedState | undefined {
  const type = sharedFileSystem(state);
  if (type === undefined) return undefined;
  return {
    message: `${state} is on a file system that other machines may use too (${type}): jobs are safe only as long as one machine at a time runs stint there`,
    hint: 'Set STINT_STATE_DIR to a directory on a disk of this machine.',
  };
}
