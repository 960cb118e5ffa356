/** Coordinators of another pid namespace or another machine. */
import {parseProcessSpace, StintError, spaceText, whereIs} from '../../base/index.ts';
import {processSpace, readLockHolder} from '../../platform/index.ts';

/** Of a coordinator that cannot be connected to because it runs where this process does not; undefined when none says so. */
export function holderElsewhere(state: string): StintError | undefined {
  const holder = readLockHolder(state);
  if (holder === undefined) return undefined;
  const whereabouts = whereIs(holder.space, processSpace());
  if (whereabouts === 'here') return undefined;
  const where = spaceText(holder.space, whereabouts);
  return new StintError(
    'COORDINATOR_UNREACHABLE',
    `The coordinator of ${state} cannot be reached: it runs ${where} (pid ${holder.pid} there).`,
    {
      hint: 'Run stint there, or set STINT_STATE_DIR to a directory that only this machine uses.',
      details: {...holder.space, pid: holder.pid},
    },
  );
}

/** Where one runs by its own word, in words; undefined when that is here, or one too old to tell. */
export function elsewhereText(pong: object): string | undefined {
  const space = parseProcessSpace(pong);
  if (space === undefined) return undefined;
  const whereabouts = whereIs(space, processSpace());
  return whereabouts === 'here' ? undefined : spaceText(space, whereabouts);
}
