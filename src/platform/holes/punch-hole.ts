/**
 * Gives the blocks in the middle of a file back to the disk: the file stays as long as it is, and NULs are read there. Node
 * has no call for it, so that perl does it, or where that is not to be had the program `fallocate` of util-linux.
 */
import {spawn} from 'node:child_process';
import {constants} from 'node:os';

import {codeOf} from '../../base/index.ts';
import {closeOwn, HoleServer, type OwnFile, ownFile} from './hole-server.ts';
import type {FileHolder, Hold, Punched, PunchHole} from './punched.ts';

/** Of an open file, also one that is open for reading only. The same range may be given again. Never rejects. */
export const punchHole: PunchHole = async (fd, from, to) => {
  if (process.platform !== 'linux')
    return {how: 'impossible', reason: `files cannot be freed in part on ${process.platform}`};
  return (await byServer(fd, from, to)) ?? (await byProgram(fd, from, to));
};

export const fileHolder: FileHolder = {
  prepare: () => server.start(),
  hold: async (fd, from, keep) => {
    if (server.isUseless) return undefined;
    const file = ownFileOr(fd);
    const answer = file && (await server.ask(`hold ${file.name} ${from} ${keep}`));
    if (answer === '0' && file !== undefined) return holdOf(file);
    closeOwn(file);
    return answer === undefined && file !== undefined && !server.isUseless ? 'lost' : undefined;
  },
  find: async (fd, start) => {
    const file = server.isUseless ? undefined : ownFileOr(fd);
    const answer = file && (await server.ask(`find ${file.name} ${start}`));
    closeOwn(file);
    const [from, to] = answer?.split(' ').map(Number) ?? [];
    return from === undefined || to === undefined ? undefined : {from, to};
  },
};

/** Of this process. */
const server = new HoleServer();

function holdOf(file: OwnFile): Hold {
  const ask = async (line: string) => {
    const [size, freed] = (await server.ask(line))?.split(' ').map(Number) ?? [];
    return size === undefined || freed === undefined ? undefined : {size, freed};
  };
  server.hold(1);
  return {
    take: keep => ask(`take ${file.fd} ${keep}`),
    drop: async () => {
      const last = await ask(`drop ${file.fd}`);
      server.hold(-1);
      closeOwn(file);
      return last;
    },
  };
}

/** Undefined where it cannot be done this way. */
async function byServer(fd: number, from: number, to: number): Promise<Punched | undefined> {
  if (server.isUseless) return undefined;
  const file = ownFileOr(fd);
  const answer = file && (await server.ask(`punch ${file.name} ${from} ${to}`));
  closeOwn(file);
  const error = Number(answer ?? UNKNOWN);
  const {ENOSYS, EOPNOTSUPP, EPERM} = constants.errno;
  if (error === 0) return {how: 'done'};
  if (error === EOPNOTSUPP) return {how: 'impossible', reason: NO_HOLES};
  if ([UNKNOWN, ENOSYS, EPERM].includes(error)) return undefined;
  return {how: 'failed', reason: `fallocate failed with error ${error}`};
}

const UNKNOWN = -1;
const NO_HOLES = 'the file system cannot free a part of a file';

/** Undefined where it cannot be opened: the other way tells why. */
function ownFileOr(fd: number): OwnFile | undefined {
  try {
    return ownFile(fd);
  } catch {
    return undefined;
  }
}

function byProgram(fd: number, from: number, to: number): Promise<Punched> {
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
}

/** It takes milliseconds; a disk that hangs keeps nobody waiting. */
const LIMIT_MS = 10_000;
const MOST_SAID = 1000;

function notStarted(error: unknown): Punched {
  const code = codeOf(error);
  if (code === 'ENOENT')
    return {how: 'impossible', reason: 'neither perl nor the program fallocate is there'};
  return {how: code === 'EACCES' ? 'impossible' : 'failed', reason: `fallocate could not be run (${code})`};
}

function refused(said: string, code: number | null): Punched {
  const isUnknown = /unrecognized option|invalid option|Usage:/i.test(said);
  if (isUnknown) return {how: 'impossible', reason: 'this fallocate cannot free a part of a file'};
  if (/not supported|Function not implemented/i.test(said)) return {how: 'impossible', reason: NO_HOLES};
  return {how: 'failed', reason: said === '' ? `fallocate ended with ${code}` : said};
}
