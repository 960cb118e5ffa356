import {StintError} from '../base/index.ts';

export interface Acknowledgement {
  /** Undefined before the first one. */
  readonly current: number | undefined;
  readonly upTo: number;
  /** The newest id of the topic. */
  readonly latest: number;
  readonly force: boolean;
}

/** Where a consumer's cursor goes: forward only, unless forced, and never past what there is. */
export function nextCursor({current = 0, upTo, latest, force}: Acknowledgement): number {
  if (upTo > latest) {
    throw new StintError('USAGE', `${upTo} cannot be acknowledged: the topic's newest entry is ${latest}.`);
  }
  return force ? upTo : Math.max(current, upTo);
}
