import {spawn} from 'node:child_process';

import {codeOf} from '../../base/index.ts';
import {spawnFailure, startIn} from '../files/directory-problem.ts';

export interface ShellRun {
  readonly text: string;
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** It is killed, with all in its process group, after so long. */
  readonly limitMs: number;
  /**
   * A file that the shell makes before it runs the text, and only if it is not there: of several that would make the same
   * file one runs its text, and none of the others fails.
   */
  readonly claim?: string | undefined;
}

/**
 * Runs a shell text beside this process, without input and output, in a process group of its own. The text may hold a
 * secret, so it is no argument, which others could read. Rejects when it cannot be started, fails, or takes too long; says
 * which.
 */
export function runShell({text, cwd, environment, limitMs, claim}: ShellRun): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = {...environment, [TEXT]: text, ...(claim === undefined ? {} : {[CLAIM]: claim})};
    const child = startIn(cwd, plain =>
      spawn('/bin/sh', ['-c', claim === undefined ? RUN_TEXT : CLAIM_AND_RUN], {
        cwd: plain,
        env,
        stdio: 'ignore',
        detached: true,
      }),
    );
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch (error) {
        if (codeOf(error) !== 'ESRCH') reject(error); // it is another user's, as by sudo; or it ended just now
      }
    }, limitMs);
    child.once('error', error => {
      clearTimeout(limit);
      reject(spawnFailure(error, cwd));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(limit);
      if (code === 0) resolve();
      else if (isLate) reject(new Error(`it was killed after ${limitMs / 1000} s`));
      else
        reject(new Error(signal === null ? `it failed with exit code ${code}` : `it was ended by ${signal}`));
    });
  });
}

const TEXT = 'stint_text';
const RUN_TEXT = `eval "unset ${TEXT}; $${TEXT}"`;
const CLAIM = 'stint_claim';
/** With `set -C` a shell makes a file exclusively. It dies with the claim in hand, whatever becomes of who started it. */
const CLAIM_AND_RUN = `(umask 077; set -C; : > "$${CLAIM}") || exit 0; unset ${CLAIM}; ${RUN_TEXT}`;
