/** Whose files are: stint works with those of the user that it runs as, whatever their modes would allow. */
import {readFileSync, type Stats} from 'node:fs';

import {StintError} from '../../base/index.ts';

/**
 * Refuses, with `WRONG_OWNER`, what belongs to another user. Root could use it all the same, but what root makes beside
 * it locks its owner out.
 */
export function refuseStrangers(path: string, stats: Stats): void {
  if (!isOwn(stats)) throw belongsToAnother(path, stats);
}

/** Whether it belongs to the user that this process runs as. */
export function isOwn({uid}: Pick<Stats, 'uid'>): boolean {
  return uid === ownUid();
}

/** The user that this process runs as. */
export function ownUid(): number {
  return process.geteuid?.() ?? 0;
}

export function belongsToAnother(path: string, stats: Stats): StintError {
  const owner = userName(stats.uid);
  const self = userName(ownUid());
  const chown = `sudo chown ${stats.isDirectory() ? '-R ' : ''}${self} '${path}'`;
  return new StintError('WRONG_OWNER', `${path} belongs to ${owner}, and this is ${self}.`, {
    hint:
      ownUid() === 0
        ? `Run it as its owner: sudo -u ${userOperand(stats.uid)} stint …   (or set STINT_STATE_DIR to a directory of root's)`
        : `If it is meant to be yours, run: ${chown}   (otherwise use another place: STINT_STATE_DIR)`,
    details: {path, owner},
  });
}

/** The name of a user, or `user 1234` where this machine has none for it. */
export function userName(uid: number): string {
  return nameOf(uid) ?? `user ${uid}`;
}

/** As sudo takes it. */
function userOperand(uid: number): string {
  return nameOf(uid) ?? `'#${uid}'`;
}

function nameOf(uid: number): string | undefined {
  if (uid === 0) return 'root';
  for (const line of passwords().split('\n')) {
    const [name, , id] = line.split(':');
    if (id === String(uid)) return name;
  }
  return undefined;
}

function passwords(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return ''; // then there are only numbers
  }
}
