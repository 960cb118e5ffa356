/** Finds the program that a command means, the way `execvp` would, so that a mistake is told before anything is queued. */
import {accessSync, constants, statSync} from 'node:fs';
import {join, resolve} from 'node:path';

import {pathBytes, StintError, shellQuoted} from '../../base/index.ts';

/** All are as `pathText`. Throws `COMMAND_NOT_FOUND` or `COMMAND_NOT_EXECUTABLE`, saying what was looked for and where. */
export function checkExecutable(program: string, cwd: string, searchPath: string | undefined): void {
  if (program === '')
    throw new StintError('COMMAND_NOT_FOUND', 'The command is empty.', {
      hint: 'Usage: stint run -- <command>',
    });
  if (program.includes('/')) {
    refuse(program, look(resolve(cwd, program)), `${program} does not exist.`, 'Check the path.');
    return;
  }
  let best: Finding = 'missing';
  for (const directory of (searchPath ?? DEFAULT_PATH).split(':')) {
    const found = look(join(resolve(cwd, directory || '.'), program));
    if (found === 'ok') return;
    if (found !== 'missing' && best === 'missing') best = found;
  }
  refuse(
    program,
    best,
    `Command not found: ${program} (looked in PATH).`,
    "For shell syntax or a shell function use: stint run -c '<shell text>'",
  );
}

/** Whether a name is that of a program that can be run. */
export function isOnPath(program: string, searchPath: string | undefined): boolean {
  return findOnPath(program, searchPath) !== undefined;
}

/** Where the program of that name lies, as the path names it: what is a link is not followed. */
export function findOnPath(program: string, searchPath: string | undefined): string | undefined {
  return (searchPath ?? DEFAULT_PATH)
    .split(':')
    .map(directory => join(resolve('/', directory), program))
    .find(path => look(path) === 'ok');
}

type Finding = 'ok' | 'missing' | 'directory' | 'forbidden';

function look(path: string): Finding {
  try {
    if (statSync(pathBytes(path)).isDirectory()) return 'directory';
    accessSync(pathBytes(path), constants.X_OK);
    return 'ok';
  } catch {
    try {
      accessSync(pathBytes(path), constants.F_OK);
      return 'forbidden';
    } catch {
      return 'missing';
    }
  }
}

function refuse(program: string, finding: Finding, missing: string, hint: string): void {
  switch (finding) {
    case 'ok':
      return;
    case 'missing':
      throw new StintError('COMMAND_NOT_FOUND', missing, {hint});
    case 'directory':
      throw new StintError('COMMAND_NOT_EXECUTABLE', `${program} is a directory, not a program.`, {
        hint: 'Name a program in it.',
      });
    case 'forbidden':
      throw new StintError('COMMAND_NOT_EXECUTABLE', `${program} is not executable.`, {
        hint: `Run: chmod +x ${shellQuoted(program)}, or name its interpreter: stint run -- sh ${shellQuoted(program)}`,
      });
  }
}

const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';
