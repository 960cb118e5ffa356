/** The current directory, which may be gone: asked for only by what needs it. */
import {readlinkSync} from 'node:fs';
import {isAbsolute, resolve} from 'node:path';

import {codeOf, messageOf, pathText, StintError} from '../../base/index.ts';
import {isSureOf} from './plain-path.ts';

/** As `pathText`. Throws `CWD_NOT_FOUND` where it was removed. */
export function currentDirectory(hint = 'Change to one that exists.'): string {
  try {
    const directory = process.cwd();
    return isSureOf(directory) ? directory : (askedFor() ?? directory);
  } catch (cause) {
    const why = codeOf(cause) === 'ENOENT' ? 'does not exist any more' : `is not known: ${messageOf(cause)}`;
    throw new StintError('CWD_NOT_FOUND', `The current directory ${why}.`, {cause, hint});
  }
}

/** The bytes of its path, where the system tells: Node has lost those that are not UTF-8. */
function askedFor(): string | undefined {
  try {
    return pathText(readlinkSync('/proc/self/cwd', {encoding: 'buffer'}));
  } catch {
    return undefined; // not Linux
  }
}

/** The path in full. Throws `CWD_NOT_FOUND` for a relative one where the current directory is gone. */
export function absolutePath(path: string): string {
  if (isAbsolute(path)) return resolve(path);
  return resolve(currentDirectory(`Change to one that exists, or give ${path} as an absolute path.`), path);
}
