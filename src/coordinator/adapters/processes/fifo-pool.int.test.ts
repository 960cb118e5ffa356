import {closeSync, existsSync, readdirSync, rmSync, statSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {fifoHasWriter, makeFifos, makeFifosSync, openFifo} from '../../../platform/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {FifoPool} from './fifo-pool.ts';

let directory: TemporaryDirectory;
let errors: unknown[];
beforeEach(() => {
  directory = temporaryDirectory();
  errors = [];
});
afterEach(removeWhenQuiet);

/** A pool may still be filling itself. */
async function removeWhenQuiet(): Promise<void> {
  await until(() => {
    try {
      directory.remove();
      return true;
    } catch {
      return false;
    }
  });
}

function newPool(make = makeFifos): FifoPool {
  const heard = errors; // of this test, also when the pool fills itself longer than that
  return new FifoPool(directory.at('fifos'), error => heard.push(error), make);
}

function free(): string[] {
  return readdirSync(directory.at('fifos'));
}

/** Resolves when the pool has at least so many; it fills itself in the background. */
async function filled(count: number): Promise<void> {
  await until(() => free().length >= count);
}

/** Gives up after some ten seconds. */
async function until(holds: () => boolean): Promise<void> {
  for (let look = 0; !holds(); look++) {
    if (look >= 1000) throw new Error(`still not so: ${holds}`);
    await delay(10);
  }
}

describe('the pool', () => {
  it('gives FIFOs that only their owner may use, which nobody has open', async () => {
    newPool().take(directory.at('alive'));
    const stats = statSync(directory.at('alive'));
    expect(stats.isFIFO()).toBe(true);
    expect(stats.mode & 0o777).toBe(0o600);
    expect(fifoHasWriter(directory.at('alive'))).toBe(false);
    await filled(64);
  });

  it('makes more before it runs out, without being waited for', async () => {
    let go: () => void = () => undefined;
    const held = new Promise<void>(resolve => {
      go = resolve;
    });
    const pool = newPool(async paths => {
      await held;
      return makeFifos(paths);
    });
    pool.take(directory.at('first'));
    pool.take(directory.at('second'));
    expect(free().length).toBeLessThan(16);
    go();
    await filled(64);
    const taken = Array.from({length: 200}, (_, at) => directory.at(`alive-${at}`));
    for (const path of taken) pool.take(path);
    expect(new Set(taken.map(path => statSync(path).ino)).size).toBe(200);
    await filled(64);
    expect(errors).toEqual([]);
  });

  it('takes one back and gives it again', async () => {
    const pool = newPool();
    pool.take(directory.at('a'));
    const {ino} = statSync(directory.at('a'));
    pool.giveBack(directory.at('a'));
    expect(existsSync(directory.at('a'))).toBe(false);
    pool.take(directory.at('b'));
    expect(statSync(directory.at('b')).ino).toBe(ino);
    await filled(64);
  });

  it('does not miss one that is gone', async () => {
    newPool().giveBack(directory.at('gone'));
    expect(free()).toEqual([]);
  });

  it('goes on with what an earlier one left, but for FIFOs that somebody still holds', () => {
    newPool();
    makeFifosSync(['held', 'old'].map(name => directory.at('fifos', name)));
    const fd = openFifo(directory.at('fifos', 'held'));
    newPool().take(directory.at('a'));
    expect(free()).toContain('held');
    expect(free()).not.toContain('old');
    closeSync(fd);
  });

  it('goes on when somebody removed its FIFOs, or its directory', async () => {
    const pool = newPool();
    pool.take(directory.at('a'));
    await filled(64);
    for (const name of free()) rmSync(directory.at('fifos', name));
    pool.take(directory.at('b'));
    expect(fifoHasWriter(directory.at('b'))).toBe(false);
    rmSync(directory.at('fifos'), {recursive: true});
    pool.take(directory.at('c'));
    expect(statSync(directory.at('c')).isFIFO()).toBe(true);
    pool.giveBack(directory.at('c'));
  });
});
