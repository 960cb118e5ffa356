import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, constants, openSync, statSync, writeFileSync, writeSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';
import {fifoHasWriter, makeFifos, makeFifosSync, openFifo, watchFifoEnd} from './fifo.ts';

let directory: TemporaryDirectory;
let path: string;
beforeEach(() => {
  directory = temporaryDirectory();
  path = directory.at('alive');
});
afterEach(() => directory.remove());

describe('a FIFO', () => {
  it('has a writer exactly as long as somebody has it open for writing', () => {
    makeFifosSync([path]);
    expect(fifoHasWriter(path)).toBe(false);
    const [first, second] = [openFifo(path), openFifo(path)];
    expect(fifoHasWriter(path)).toBe(true);
    closeSync(first);
    expect(fifoHasWriter(path)).toBe(true);
    closeSync(second);
    expect(fifoHasWriter(path)).toBe(false);
  });

  it('has no writer when it is gone, nor by those who only read it', () => {
    expect(fifoHasWriter(path)).toBe(false);
    makeFifosSync([path]);
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    expect(fifoHasWriter(path)).toBe(false);
    closeSync(fd);
  });

  it('is held by a child that was given it, until that is killed', async () => {
    makeFifosSync([path]);
    const fd = openFifo(path);
    const child = spawn('sleep', ['60'], {stdio: ['ignore', 'ignore', 'ignore', fd]});
    await once(child, 'spawn');
    closeSync(fd);
    expect(fifoHasWriter(path)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(fifoHasWriter(path)).toBe(false);
  });

  it('has a writer also when there is something to read', () => {
    makeFifosSync([path]);
    const fd = openFifo(path);
    writeSync(fd, 'x');
    expect(fifoHasWriter(path)).toBe(true);
    closeSync(fd);
  });
});

describe('watching for the end', () => {
  it('calls back once, when the last writer is gone', async () => {
    makeFifosSync([path]);
    const [first, second] = [openFifo(path), openFifo(path)];
    let ends = 0;
    const ended = new Promise<void>(resolve => {
      watchFifoEnd(path, () => {
        ends += 1;
        resolve();
      });
    });
    closeSync(first);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(ends).toBe(0);
    closeSync(second);
    await ended;
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(ends).toBe(1);
  });

  it('is not disturbed by what is written', async () => {
    makeFifosSync([path]);
    const fd = openFifo(path);
    const ended = new Promise<void>(resolve => void watchFifoEnd(path, resolve));
    for (let at = 0; at < 100; at++) {
      writeSync(fd, 'x'.repeat(100));
      await new Promise(setImmediate);
    }
    closeSync(fd);
    await ended;
  });

  it('can be given up', async () => {
    makeFifosSync([path]);
    const fd = openFifo(path);
    let ends = 0;
    watchFifoEnd(path, () => {
      ends += 1;
    }).close();
    closeSync(fd);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(ends).toBe(0);
  });

  it('cannot begin where there is no FIFO', () => {
    expect(() => watchFifoEnd(path, () => undefined)).toThrow(/ENOENT/);
  });
});

describe('making FIFOs', () => {
  it('makes them for their owner only, in both ways', async () => {
    makeFifosSync([path]);
    await makeFifos([directory.at('a'), directory.at('b')]);
    for (const name of ['alive', 'a', 'b']) {
      const stats = statSync(directory.at(name));
      expect(stats.isFIFO()).toBe(true);
      expect(stats.mode & 0o777).toBe(0o600);
    }
  });

  it('fails when something is there already', async () => {
    writeFileSync(path, '');
    expect(() => makeFifosSync([path])).toThrow(/mkfifo: .*exists/);
    await expect(makeFifos([path])).rejects.toMatchObject({code: 'EIO'});
  });
});
