import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';
import {findSocket, makeSocketPlace} from './socket-address.ts';
import {connect, listen} from './sockets.ts';

let directory: TemporaryDirectory;
let deep: string;
let short: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
  short = temporaryDirectory('/tmp');
  vi.stubEnv('TMPDIR', short.path);
  deep = directory.at('x'.repeat(100));
  mkdirSync(deep, {mode: 0o700});
});
afterEach(() => {
  vi.unstubAllEnvs();
  directory.remove();
  short.remove();
});

describe('the socket of a state directory', () => {
  it('lies in it where the path is short enough', () => {
    expect(makeSocketPlace('/a/b')).toBe('/a/b/coordinator.sock');
    expect(findSocket('/a/b')).toBe('/a/b/coordinator.sock');
  });

  it('is measured in bytes, with one to spare for the end of the address', () => {
    const name = '/coordinator.sock';
    expect(findSocket(`/${'x'.repeat(102 - name.length)}`)).toHaveLength(103);
    const tooLong = `/${'é'.repeat((102 - name.length + 1) / 2)}`;
    expect(Buffer.byteLength(tooLong + name)).toBe(104);
    expect(() => findSocket(tooLong)).not.toThrow();
    expect(() => makeSocketPlace(tooLong)).toThrow(/ENOENT/); // it wants to write coordinator.addr there
  });

  it('lies in a short private place otherwise, which the state directory names', async () => {
    const path = makeSocketPlace(deep);
    expect(path.startsWith(`${short.path}/stint-`)).toBe(true);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(deep, 'coordinator.addr'), 'utf8')).toBe(`${path}\n`);
    expect(statSync(join(deep, 'coordinator.addr')).mode & 0o777).toBe(0o600);
    expect(findSocket(deep)).toBe(path);
    expect(makeSocketPlace(deep)).toBe(path);
    const server = await listen(
      path,
      socket => void socket.end(),
      () => undefined,
    );
    (await connect(findSocket(deep))).destroy();
    server.close();
  });

  it('is another one for another state directory', () => {
    const other = directory.at('y'.repeat(100));
    mkdirSync(other, {mode: 0o700});
    expect(makeSocketPlace(deep)).not.toBe(makeSocketPlace(other));
  });

  it('is not there before a coordinator made it', () => {
    expect(findSocket(deep)).toBe(join(deep, 'coordinator.sock'));
  });

  it('is refused in a short place that others may use, or that is a link', () => {
    const place = dirname(makeSocketPlace(deep));
    chmodSync(place, 0o755);
    expect(() => makeSocketPlace(deep)).toThrow(expect.objectContaining({code: 'PERMISSIONS_TOO_OPEN'}));
    rmSync(place, {recursive: true});
    mkdirSync(short.at('elsewhere'), {mode: 0o700});
    symlinkSync(short.at('elsewhere'), place);
    expect(() => makeSocketPlace(deep)).toThrow(expect.objectContaining({code: 'STATE_DIR_UNUSABLE'}));
  });

  it.each<[string, () => string]>([
    ['is relative', () => 'tmp'],
    ['is missing', () => short.at('missing')],
    ['is a file', () => file(short.at('file'))],
    ['can hold no directory', () => '/proc'],
  ])('lies in /tmp where TMPDIR %s', (_, temporary) => {
    vi.stubEnv('TMPDIR', temporary());
    const path = makeSocketPlace(deep);
    expect(path).toMatch(/^\/tmp\/stint-/);
    expect(findSocket(deep)).toBe(path);
    rmSync(dirname(path), {recursive: true});
  });

  it.skipIf(process.getuid?.() !== 0)('lies in /tmp where somebody else has taken the place', () => {
    const taken = dirname(makeSocketPlace(deep));
    chownSync(taken, 4242, 4242);
    expect(findSocket(deep)).toBe(join(deep, 'coordinator.sock')); // nobody is sent there any more
    const path = makeSocketPlace(deep);
    expect(path).toMatch(/^\/tmp\/stint-/);
    expect(path.startsWith(taken)).toBe(false);
    rmSync(dirname(path), {recursive: true});
  });

  it.each([
    '',
    '/',
    '/tmp/stint-torn',
    'relative\n',
    '/a\0b\n',
    '/a\n/b\n',
    `/${'x'.repeat(200)}\n`,
    '\xff\xfe\0',
  ])('is not believed to be at %j', text => {
    writeFileSync(join(deep, 'coordinator.addr'), text, {mode: 0o600});
    expect(findSocket(deep)).toBe(join(deep, 'coordinator.sock'));
  });

  it('is not there while a directory is in the place of its address', () => {
    mkdirSync(join(deep, 'coordinator.addr'), {mode: 0o700});
    expect(findSocket(deep)).toBe(join(deep, 'coordinator.sock'));
  });

  function file(path: string): string {
    writeFileSync(path, '');
    return path;
  }

  it('does not lie in a temporary directory that is too long itself', () => {
    vi.stubEnv('TMPDIR', deep);
    const path = makeSocketPlace(deep);
    expect(path.startsWith('/tmp/stint-')).toBe(true);
    rmSync(dirname(path), {recursive: true});
  });
});

describe('listening', () => {
  it('fails where something is already', async () => {
    writeFileSync(directory.at('sock'), '');
    await expect(
      listen(
        directory.at('sock'),
        () => undefined,
        () => undefined,
      ),
    ).rejects.toMatchObject({code: 'EADDRINUSE'});
    expect(existsSync(directory.at('sock'))).toBe(true);
  });

  it('goes on when accepting fails, and says so', async () => {
    const errors: unknown[] = [];
    const server = await listen(
      directory.at('sock'),
      socket => void socket.end(),
      error => errors.push(error),
    );
    server.emit('error', new Error('EMFILE'));
    expect(errors).toEqual([new Error('EMFILE')]);
    (await connect(directory.at('sock'))).destroy();
    server.close();
  });
});
