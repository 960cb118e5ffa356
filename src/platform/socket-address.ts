/**
 * Where a state directory's socket is. A path over 104 bytes does not fit into a socket address: then the socket lies in
 * a short private directory, and the file `coordinator.addr` in the state directory names it.
 */
import {createHash} from 'node:crypto';
import {closeSync, constants, lstatSync, mkdirSync, readFileSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {codeOf, StintError} from '../base/index.ts';
import {checkPrivate, openPrivate, PRIVATE_DIRECTORY} from './private-file.ts';

const LONGEST = 104;
const SOCKET = 'coordinator.sock';
const ADDRESS_FILE = 'coordinator.addr';

/** Where to connect. */
export function findSocket(state: string): string {
  const direct = join(state, SOCKET);
  if (Buffer.byteLength(direct) < LONGEST) return direct;
  try {
    return readFileSync(join(state, ADDRESS_FILE), 'utf8').trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return direct;
    throw error;
  }
}

/** Where to listen; makes the short place where one is needed. For the coordinator. */
export function makeSocketPlace(state: string): string {
  const direct = join(state, SOCKET);
  if (Buffer.byteLength(direct) < LONGEST) return direct;
  const digest = createHash('sha256').update(state).digest('hex').slice(0, 16);
  const directory = join(shortDirectory(), `stint-${process.getuid?.() ?? 0}-${digest}`);
  const path = join(directory, 's');
  if (Buffer.byteLength(path) >= LONGEST) {
    throw new StintError(
      'STATE_DIR_UNUSABLE',
      `The state directory's path is too long for a socket, and so is ${path}.`,
      {
        hint: 'Set STINT_STATE_DIR to a shorter path.',
      },
    );
  }
  mkdirSync(directory, {recursive: true, mode: PRIVATE_DIRECTORY});
  const stats = lstatSync(directory);
  if (!stats.isDirectory() || stats.uid !== process.getuid?.()) {
    throw new StintError(
      'STATE_DIR_UNUSABLE',
      `${directory} belongs to somebody else, so no socket can be put there.`,
      {
        hint: 'Set STINT_STATE_DIR to a shorter path.',
      },
    );
  }
  checkPrivate(directory);
  const fd = openPrivate(
    join(state, ADDRESS_FILE),
    constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
  );
  writeSync(fd, `${path}\n`);
  closeSync(fd);
  return path;
}

/** `$TMPDIR` where it is short enough to be of use, else /tmp. */
function shortDirectory(): string {
  return Buffer.byteLength(tmpdir()) < 40 ? tmpdir() : '/tmp';
}
