/**
 * Gives the blocks in the middle of a file back to the disk: the file stays as long as it is, and NULs are read there. Done
 * by the program `fallocate` of util-linux, because Node has no call for it.
 */
import {spawn} from 'node:child_process';

import {codeOf} from '../../base/index.ts';

/** `impossible`: not here, now and later, and why. `failed`: another time it may do. */
export type Punched =
  | {readonly how: 'done'}
  | {readonly how: 'impossible'; readonly reason: string}
  | {readonly how: 'failed'; readonly reason: string};

export type PunchHole = (fd: number, from: number, to: number) => Promise<Punched>;

/** It takes milliseconds; a disk that hangs keeps nobody waiting. */
const LIMIT_MS = 10_000;

/** Of an open file, also one that is open for reading only. The same range may be given again. Never rejects. */
export const punchHole: PunchHole = (fd, from, to) => {
  if (process.platform !== 'linux')
    return Promise.resolve({
      how: 'impossible',
      reason: `files cannot be freed in part on ${process.platform}`,
    });
  return new Promise(resolve => {
    // By its descriptor: another file may lie at its path by now.
    const args = ['--punch-hole', '--offset', String(from), '--length', String(to - from), '/proc/self/fd/3'];
    const options = {
      stdio: ['ignore', 'ignore', 'pipe', fd],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    } as const;
    try {
      const child = spawn('fallocate', args, {...options, stdio: [...options.stdio]});
      let said = '';
      child.stderr?.on('data', (text: Buffer) => {
        said = (said + text.toString()).slice(0, MOST_SAID);
      });
      child.once('error', error => resolve(notStarted(error)));
      child.once('close', code => resolve(code === 0 ? {how: 'done'} : refused(said.trim(), code)));
    } catch (error) {
      resolve(notStarted(error));
    }
  });
};

const MOST_SAID = 1000;

function notStarted(error: unknown): Punched {
  const code = codeOf(error);
  if (code === 'ENOENT') return {how: 'impossible', reason: 'the program fallocate is not there'};
  return {how: code === 'EACCES' ? 'impossible' : 'failed', reason: `fallocate could not be run (${code})`};
}

function refused(said: string, code: number | null): Punched {
  const isUnknown = /unrecognized option|invalid option|Usage:/i.test(said);
  if (isUnknown) return {how: 'impossible', reason: 'this fallocate cannot free a part of a file'};
  if (/not supported|Function not implemented/i.test(said))
    return {how: 'impossible', reason: 'the file system cannot free a part of a file'};
  return {how: 'failed', reason: said === '' ? `fallocate ended with ${code}` : said};
}
