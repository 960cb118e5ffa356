/** Whether a restore was cut short. */
import {restoreLeft} from '../../../backup/index.ts';
import type {Finding} from './finding.ts';

export function checkRestore(state: string): Finding[] {
  const left = restoreLeft(state);
  if (left === undefined) return [];
  const hint = 'Run: stint doctor --repair';
  return left === 'decided'
    ? [
        {
          level: 'problem',
          about: 'restore',
          message: 'a restore was cut short when only some of it was in its place',
          hint: `${hint}   (it brings in the rest)`,
        },
      ]
    : [
        {
          level: 'note',
          about: 'restore',
          message: 'a restore was cut short before it changed anything; what it unpacked is still there',
          hint: `${hint}   (it removes that; so does the next restore)`,
        },
      ];
}
