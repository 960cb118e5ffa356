import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';
import {PlacedSocket} from './placed-socket.ts';
import {connect} from './sockets.ts';

let directory: TemporaryDirectory;
let path: string;
const open: PlacedSocket[] = [];
beforeEach(() => {
  directory = temporaryDirectory();
  path = directory.at('c.sock');
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
  directory.remove();
});

async function place(): Promise<PlacedSocket> {
  const socket = await PlacedSocket.listenBeside(
    path,
    peer => void peer.end(),
    () => undefined,
  );
  open.push(socket);
  return socket;
}

describe('a socket that is put in place', () => {
  it('replaces what lies there, and is gone when it is closed', async () => {
    writeFileSync(path, 'left over');
    writeFileSync(directory.at('c.new'), 'of one that was killed on its way');
    const socket = await place();
    expect(socket.isInPlace).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('left over');
    socket.moveIn();
    expect(socket.isInPlace).toBe(true);
    (await connect(path)).destroy();
    socket.close();
    expect([existsSync(path), existsSync(directory.at('c.new'))]).toEqual([false, false]);
  });

  it('removes nothing of somebody else when it is closed', async () => {
    const socket = await place();
    socket.moveIn();
    rmSync(path);
    expect(socket.isInPlace).toBe(false);
    writeFileSync(path, 'of somebody else');
    socket.close();
    expect(readFileSync(path, 'utf8')).toBe('of somebody else');
  });

  it('is not closed together with the one that it replaced', async () => {
    const [old, next] = [await place(), await place()];
    next.moveIn();
    old.close();
    expect([old.isInPlace, next.isInPlace]).toEqual([false, true]);
    (await connect(path)).destroy();
  });

  it('knows that it was moved away, and leaves a directory in its place alone', async () => {
    const socket = await place();
    socket.moveIn();
    renameSync(path, directory.at('away'));
    mkdirSync(path);
    expect(socket.isInPlace).toBe(false);
    expect(() => socket.moveIn()).toThrow(/ENOENT|EISDIR/);
    socket.close();
    expect(existsSync(path)).toBe(true);
  });
});
