import type {JobKey} from '../../base/index.ts';
import {addressText} from '../../jobs/index.ts';

/** For programs. `isSubmitted`: else it is one that went on already. */
export function submittedFacts({invocation, name, attempt}: JobKey, isSubmitted: boolean) {
  return {
    invocation_id: invocation,
    invocation_short: invocation.slice(0, 6),
    name,
    attempt,
    address: addressText(invocation, name),
    submitted: isSubmitted,
  };
}
