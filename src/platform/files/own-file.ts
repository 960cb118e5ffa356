/**
 * Whether a file that is to be written to is stint's. Asked before anything in it, or beside it, is changed, and before its
 * mode: whoever named another program's file by mistake is not to be told how to open it up.
 */
import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs';

import {hasCode, pathBytes, StintError} from '../../base/index.ts';

/** The first bytes of a regular file, as Latin-1; undefined where there is none, or something else. Never waits, follows no link. */
export function fileHead(path: string, bytes: number): string | undefined {
  let fd: number;
  try {
    fd = openSync(pathBytes(path), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    if (ABSENT.some(code => hasCode(error, code))) return undefined;
    throw error;
  }
  try {
    if (!fstatSync(fd).isFile()) return undefined;
    const head = Buffer.alloc(bytes);
    return head.toString('latin1', 0, readSync(fd, head, 0, bytes, 0));
  } finally {
    closeSync(fd);
  }
}

const ABSENT = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'];

/** A head without the blanks and the byte order mark that an editor may have put before the first line. */
export function withoutBlanks(head: string): string {
  return head.replace(BLANKS, '');
}

/** As Latin-1. */
const BLANKS = /^(?:\xef\xbb\xbf|\s)+/;

/** Whether a head begins with this text, or is as much of it as a writer that was killed left; that is so of nothing, too. */
export function beginsWith(head: string, text: string): boolean {
  return head.startsWith(text) || (head.length < text.length && text.startsWith(head));
}

/** Refuses a file that holds something and does not begin with this text. `what`: what it would have to be. */
export function refuseUnlessBegins(path: string, text: string, what: string): void {
  const head = fileHead(path, text.length);
  if (head !== undefined && !beginsWith(head, text)) throw notOurs(path, what);
}

export function notOurs(path: string, what: string): StintError {
  return new StintError(
    'NOT_A_STINT_FILE',
    `${path} is not stint's: it is no ${what}. Nothing was changed.`,
    {
      hint: 'Name another file, or move this one away.',
      details: {path},
    },
  );
}
