/** Whether somebody meant the standard input for this very process. */
import {fstatSync, readdirSync, type Stats, statSync} from 'node:fs';

/**
 * Whether a pipe or a file that is not empty was made the standard input of this process alone, as by `… | stint` or
 * `stint < file`. Nothing of it is read, because it may be for whoever comes next. A shell that runs a loop or a script with
 * such an input has it open itself, and so has a program that keeps the other end of a pipe; what they hand on counts for
 * nothing, although some shells (dash) open a file for one command alike. Neither does what cannot be told: only the `/proc` of
 * Linux tells.
 */
export function hasInputOfItsOwn(): boolean {
  try {
    const input = fstatSync(0);
    return (input.isFIFO() || (input.isFile() && input.size > 0)) && !isOpenInParent(input);
  } catch {
    return false; // closed, another user's parent, or another system
  }
}

function isOpenInParent({dev, ino}: Stats): boolean {
  const descriptors = `/proc/${process.ppid}/fd`;
  return readdirSync(descriptors).some(name => {
    const open = statSync(`${descriptors}/${name}`, {throwIfNoEntry: false});
    return open?.ino === ino && open.dev === dev;
  });
}
