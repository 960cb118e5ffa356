/**
 * Liveness without process ids. A process that was given the write end of a FIFO at its birth is alive exactly as
 * long as the FIFO has a writer: no pid is asked, so a reused pid cannot lie.
 */
import {spawn, spawnSync} from 'node:child_process';
import {closeSync, constants, openSync, readSync} from 'node:fs';
import {Socket} from 'node:net';

import {codeOf} from '../../base/index.ts';

/** Whether any process has this FIFO open for writing. A FIFO that is gone has no writer. */
export function fifoHasWriter(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  try {
    return readSync(fd, PROBE, 0, 1, null) > 0;
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return true;
    throw error;
  } finally {
    closeSync(fd);
  }
}

/**
 * Calls `onEnd` once when the last writer is gone. A poll on a FIFO that had no writer since it was opened never
 * ends, so look with `fifoHasWriter` after this returned and act on that too.
 */
export function watchFifoEnd(path: string, onEnd: () => void): {close(): void} {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  const socket = new Socket({fd, readable: true, writable: false});
  let done = false;
  const finish = () => {
    if (done) return;
    done = true;
    socket.destroy();
    onEnd();
  };
  socket.once('end', finish).once('close', finish).once('error', finish).resume();
  return {
    close: () => {
      done = true;
      socket.destroy();
    },
  };
}

/** Opens a FIFO for reading and writing, which never blocks; to be inherited by a child. */
export function openFifo(path: string): number {
  return openSync(path, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}

/** Makes FIFOs 0600 with the mkfifo program (Node has no call for it). */
export function makeFifosSync(paths: readonly string[]): void {
  const {status, stderr, error} = spawnSync('mkfifo', ['-m', '600', ...paths], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (error) throw error;
  if (status !== 0) throw fifoError(stderr.toString());
}

/** The same without waiting. */
export function makeFifos(paths: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('mkfifo', ['-m', '600', ...paths], {stdio: 'ignore'});
    child.once('error', reject);
    child.once('exit', code => (code === 0 ? resolve() : reject(fifoError(`exit code ${code}`))));
  });
}

function fifoError(text: string): Error {
  const full = /No space left/.test(text);
  return Object.assign(new Error(`mkfifo: ${text.trim()}`), {code: full ? 'ENOSPC' : 'EIO'});
}

const PROBE = Buffer.alloc(1);
