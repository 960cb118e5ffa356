import {appendFileSync, chmodSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {platform} from 'node:process';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../testing/temporary-directory.ts';
import {ChangeCount} from './change-count.ts';
import {type OrderedWatch, watchInOrder} from './ordered-watch.ts';

let directory: TemporaryDirectory;
let told: string[];
let watch: OrderedWatch | undefined;
beforeEach(() => {
  directory = temporaryDirectory();
  told = [];
  for (const name of ['out', 'err']) writeFileSync(join(directory.path, name), '');
});
afterEach(() => {
  watch?.close();
  directory.remove();
});

function listen(path = directory.path, count?: ChangeCount): OrderedWatch {
  const changes = {
    changed: (name: string) => told.push(name),
    marked: () => told.push('mark'),
    lost: () => told.push('lost'),
    looked: () => told.push('looked'),
  };
  watch = watchInOrder(path, changes, count);
  return watch;
}

function write(...names: readonly string[]): void {
  for (const name of names) appendFileSync(join(directory.path, name), 'x\n');
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

describe.skipIf(platform !== 'linux')('changes in a directory', () => {
  it('are told in their order; those of one file that follow each other as one', async () => {
    listen();
    write('out', 'out', 'err', 'out', 'err', 'err');
    await until(() => told.length >= 4);
    expect(told).toEqual(['out', 'err', 'out', 'err']);
  });

  it('are told up to a mark before it, and the mode of the directory stays', async () => {
    chmodSync(directory.path, 0o710);
    listen().mark();
    await until(() => told.length === 1);
    write('out');
    watch?.mark();
    write('out', 'err');
    await until(() => told.length >= 5);
    expect(told).toEqual(['mark', 'out', 'mark', 'out', 'err']);
  });

  it('are called lost when so many come in a turn, and told again from the next one on', async () => {
    listen(directory.path, new ChangeCount(() => 4));
    write('out', 'err', 'out', 'err', 'out', 'err');
    await until(() => told.filter(each => each === 'lost').length === 2);
    expect(told).toEqual(['out', 'err', 'out', 'lost', 'lost']);
    write('out', 'err');
    await until(() => told.length === 7);
    expect(told.slice(5)).toEqual(['out', 'err']);
  });

  it('are not told of a directory that is gone, and a mark in it says so', async () => {
    listen();
    rmSync(directory.path, {recursive: true});
    watch?.mark();
    expect(told).toContain('lost');
  });
});

describe('a directory that cannot be watched', () => {
  it('has no order, and is looked at now and then', async () => {
    expect(listen(join(directory.path, 'missing')).isOrdered).toBe(false);
    await until(() => told.includes('looked'));
  });
});
