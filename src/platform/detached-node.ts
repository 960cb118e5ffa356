/** Starts a Node program in a session of its own, tied to nothing of ours: not our terminal, stdio, cwd or group. */
import {spawn} from 'node:child_process';
import {closeSync} from 'node:fs';

import {environment} from './environment.ts';

/**
 * Resolves when the program says that it is ready (by closing descriptor 3) or has ended; rejects when it cannot be
 * started. What it means that it ended is for the caller to find out.
 */
export function startDetachedNode(
  script: string,
  args: readonly string[],
  nodeOptions: readonly string[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeOptions, script, ...args, READY], {
      cwd: '/',
      detached: true,
      env: ownEnvironment(),
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    child.once('error', reject);
    const ready = child.stdio[3];
    if (ready === null || ready === undefined || !('resume' in ready)) return;
    ready.once('error', () => resolve());
    ready.once('close', () => resolve());
    ready.resume();
    child.unref();
  });
}

/** The argument that tells the program that somebody waits for descriptor 3 to be closed. */
const READY = '--ready-fd=3';

/** In the started program: tells whoever waits that it is ready. Does nothing when it was started by hand. */
export function tellStarter(argv: readonly string[]): void {
  if (argv.includes(READY)) closeSync(3);
}

/** What the program needs of our environment. A job gets its submitter's environment, not this one. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(environment())) {
    if (KEPT.has(name) || name.startsWith('STINT_') || name.startsWith('XDG_') || name.startsWith('LC_'))
      kept[name] = value;
  }
  return kept;
}

const KEPT = new Set(['HOME', 'PATH', 'USER', 'LOGNAME', 'LANG', 'TZ', 'TMPDIR']);
