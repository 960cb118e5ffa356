/** A program of its own that uses the built library, in the sandbox. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {pathToFileURL} from 'node:url';

import type {Sandbox} from './sandbox.ts';

const LIBRARY = pathToFileURL(join(import.meta.dirname, '..', '..', 'dist', 'lib', 'index.js')).href;

/** What it prints as JSON. It knows `submit` and `retryJobs`. */
export async function fromProgram(sandbox: Sandbox, program: string): Promise<unknown> {
  const whole = `import {retryJobs, submit} from ${JSON.stringify(LIBRARY)};\n${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', whole], {
    cwd: sandbox.work,
    env: sandbox.environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return JSON.parse(printed);
}
