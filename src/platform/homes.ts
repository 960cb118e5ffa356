/** Where a person's own files are. Paths are as `pathText`. */
import {homedir} from 'node:os';
import {isAbsolute, join} from 'node:path';

import {environmentPath} from './environment.ts';

export function homeDirectory(): string {
  return environmentPath('HOME') || homedir();
}

/** `$XDG_CONFIG_HOME`, else `~/.config`: as the base directory specification has it, what is not absolute does not count. */
export function configurationHome(): string {
  const given = environmentPath('XDG_CONFIG_HOME');
  return given && isAbsolute(given) ? given : join(homeDirectory(), '.config');
}
