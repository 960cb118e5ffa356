/** What of a backup could not be saved, or does not come back. */
import type {LeftOut} from '../../backup/index.ts';
import {say} from '../output/write.ts';

const MOST_TOLD = 10;

export function sayLeftOut(leftOut: readonly LeftOut[]): void {
  for (const {path, reason} of leftOut.slice(0, MOST_TOLD)) say(`left out: ${path}: ${reason}`);
  if (leftOut.length > MOST_TOLD) say(`and ${leftOut.length - MOST_TOLD} more are left out`);
}
