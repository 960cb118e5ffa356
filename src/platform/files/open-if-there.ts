import {constants, openSync} from 'node:fs';

import {codeOf, pathBytes} from '../../base/index.ts';

/** Opens a file for reading, without ever waiting as a FIFO would have us do; undefined where there is none. Throws what else the system says. */
export function openIfThere(path: string): number | undefined {
  try {
    return openSync(pathBytes(path), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
