import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, fstatSync, openSync, readFileSync, readSync, truncateSync, writeFileSync} from 'node:fs';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';
import {fileHolder, punchHole} from './punch-hole.ts';
import type {Hold} from './punched.ts';

const MB = 1024 * 1024;
let place: TemporaryDirectory;
let fd: number;
beforeEach(() => {
  place = temporaryDirectory();
  writeFileSync(place.at('out'), Buffer.alloc(4 * MB, 'x'));
  fd = openSync(place.at('out'), 'r');
});
afterEach(() => {
  closeSync(fd);
  place.remove();
});

it('frees the middle of a file, also where its descriptor is closed before it is done', async () => {
  const before = blocks();
  const other = openSync(place.at('out'), 'r');
  const done = punchHole(other, MB, 3 * MB);
  closeSync(other);
  expect(await done).toEqual({how: 'done'});
  expect(blocks()).toBe(before - 2 * MB);
  const bytes = readFileSync(place.at('out'));
  expect(bytes.equals(Buffer.concat([x(1), Buffer.alloc(2 * MB), x(1)]))).toBe(true);
});

describe('a file that is held', () => {
  it('stays small while it grows, also when this process does nothing else than to wait', async () => {
    const hold = await held(4 * MB, 2 * MB);
    const writer = spawn('sh', ['-c', `head -c ${200 * MB} /dev/zero | tr '\\0' y >> out`], {
      cwd: place.path,
    });
    let most = 0;
    while (fstatSync(fd).size < 204 * MB) most = Math.max(most, blocks());
    await once(writer, 'close');
    expect(most).toBeLessThan(150 * MB);
    const {size, freed} = (await hold.drop()) ?? {size: 0, freed: 0};
    expect(size).toBe(204 * MB);
    expect(freed).toBeGreaterThan(190 * MB);
    expect(freed).toBeLessThanOrEqual(202 * MB);
    expect([part(0, 4 * MB, 'x'), part(freed, size, 'y')]).toEqual([true, true]);
    expect(blocks()).toBeLessThan(4 * MB + (size - freed) + 2 * 4096);
  });

  it('keeps what was taken of it, and all that comes when it is let go', async () => {
    const hold = await held(4 * MB, MB);
    grow(5 * MB);
    expect(await hold.take(MB)).toMatchObject({size: 9 * MB});
    grow(3 * MB);
    const last = await hold.drop();
    expect(last?.size).toBe(12 * MB);
    expect(last?.freed).toBeLessThanOrEqual(11 * MB);
    grow(20 * MB);
    expect([part(8 * MB, 9 * MB, 'y'), part(11 * MB, 32 * MB, 'y')]).toEqual([true, true]);
    expect(await hold.take(MB)).toBeUndefined();
  });

  it('loses nothing when somebody cuts it', async () => {
    const hold = await held(4 * MB, MB);
    truncateSync(place.at('out'));
    grow(2 * MB);
    expect(await hold.drop()).toEqual({size: 2 * MB, freed: 4 * MB});
    expect(part(0, 2 * MB, 'y')).toBe(true);
  });
});

async function held(from: number, keep: number): Promise<Hold> {
  const hold = await fileHolder.hold(fd, from, keep);
  if (hold === undefined || hold === 'lost') throw new Error('it cannot be held here');
  return hold;
}

function blocks(): number {
  return fstatSync(fd).blocks * 512;
}

function grow(bytes: number): void {
  writeFileSync(place.at('out'), Buffer.alloc(bytes, 'y'), {flag: 'a'});
}

function x(mb: number): Buffer {
  return Buffer.alloc(mb * MB, 'x');
}

function part(from: number, to: number, of: string): boolean {
  const bytes = Buffer.alloc(to - from);
  readSync(fd, bytes, 0, bytes.length, from);
  return bytes.equals(Buffer.alloc(to - from, of));
}
