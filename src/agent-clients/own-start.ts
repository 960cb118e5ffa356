/**
 * How a client starts the server of this stint. For one person: by absolute paths of Node and of stint, because a client that was
 * started from a desktop does not have the PATH of a shell, in which nvm and its like put both. For a project, whose files are
 * shared: by the name alone.
 */
import {join} from 'node:path';

import {
  environment,
  findOnPath,
  homeDirectory,
  packageRoot,
  realPath,
  stateDirectoryPath,
} from '../platform/index.ts';
import type {Start} from './entry.ts';

export const SHARED_START: Start = {command: 'stint', args: ['mcp'], env: {}};

/** Many clients give a server but a few variables, so one that names the state directory goes along. */
export function ownStart(): Start {
  const state = stateDirectoryPath();
  const isUsual = state === join(homeDirectory(), '.local', 'state', 'stint');
  return {
    command: lasting('node', process.execPath),
    args: [lasting('stint', join(packageRoot(), 'bin', 'stint')), 'mcp'],
    env: isUsual ? {} : {STINT_STATE_DIR: state},
  };
}

/** A name in the PATH that leads to the very file is taken before the file, because it outlives an upgrade. */
function lasting(name: string, file: string): string {
  const found = findOnPath(name, environment().PATH);
  return found !== undefined && realPath(found) === realPath(file) ? found : file;
}
