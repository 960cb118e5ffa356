import {spawnSync} from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';
import {checkPrivate, makePrivateDirectory, openPrivate, readPrivate} from './private-file.ts';

let directory: TemporaryDirectory;
let path: string;
beforeEach(() => {
  directory = temporaryDirectory();
  path = directory.at('file');
});
afterEach(() => directory.remove());

describe('a private file', () => {
  it('is made for its owner only, whatever the umask', () => {
    const before = process.umask(0);
    try {
      closeSync(openPrivate(path, constants.O_WRONLY | constants.O_CREAT));
      makePrivateDirectory(directory.at('a', 'b'));
    } finally {
      process.umask(before);
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const name of ['a', 'a/b']) expect(statSync(directory.at(name)).mode & 0o777).toBe(0o700);
  });

  it.each(['640', '604', '620', '602', '601', '666'])(
    'is refused with mode %s, and nothing is written',
    mode => {
      writeFileSync(path, 'content');
      chmodSync(path, Number.parseInt(mode, 8));
      for (const flags of [constants.O_RDONLY, constants.O_WRONLY | constants.O_TRUNC]) {
        expect(() => openPrivate(path, flags)).toThrow(
          expect.objectContaining({
            code: 'PERMISSIONS_TOO_OPEN',
            hint: `Run: chmod 600 '${path}'`,
            details: {path, mode},
          }),
        );
      }
      expect(readFileSync(path, 'utf8')).toBe('content');
    },
  );

  it.each(['600', '400', '700'])('passes with mode %s', mode => {
    writeFileSync(path, 'content');
    chmodSync(path, Number.parseInt(mode, 8));
    closeSync(openPrivate(path, constants.O_RDONLY));
    checkPrivate(path);
  });

  it('is emptied only when that is asked for', () => {
    writeFileSync(path, 'content', {mode: 0o600});
    const fd = openPrivate(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
    writeSync(fd, 'new');
    closeSync(fd);
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('is not opened through a link', () => {
    writeFileSync(directory.at('real'), '', {mode: 0o600});
    symlinkSync(directory.at('real'), path);
    expect(() => openPrivate(path, constants.O_RDONLY)).toThrow(/ELOOP/);
  });

  it('is refused at once when it is a FIFO, which to open would wait for its other end', () => {
    spawnSync('mkfifo', ['-m', '600', path]);
    for (const flags of [constants.O_RDONLY, constants.O_WRONLY, constants.O_RDWR | constants.O_APPEND])
      expect(() => openPrivate(path, flags)).toThrow(expect.objectContaining({code: 'NOT_A_STINT_FILE'}));
    expect(() => readPrivate(path)).toThrow(expect.objectContaining({code: 'NOT_A_STINT_FILE'}));
  });

  it('that does not exist cannot be open to others', () => {
    checkPrivate(path);
    expect(existsSync(path)).toBe(false);
  });
});

/** Only root can make files of others. */
describe.skipIf(process.getuid?.() !== 0)('what belongs to another user', () => {
  it('is not written, whatever its mode: the error names its owner and who may use it', () => {
    writeFileSync(path, 'content', {mode: 0o600});
    chownSync(path, 4242, 4242);
    const refused = expect.objectContaining({
      code: 'WRONG_OWNER',
      message: `${path} belongs to user 4242, and this is root.`,
      hint: expect.stringContaining("sudo -u '#4242' stint"),
    });
    expect(() => openPrivate(path, constants.O_WRONLY | constants.O_TRUNC)).toThrow(refused);
    expect(() => checkPrivate(path)).toThrow(refused);
    expect(readFileSync(path, 'utf8')).toBe('content');
  });

  it('may be read, which leaves nothing behind', () => {
    writeFileSync(path, 'content', {mode: 0o600});
    chownSync(path, 4242, 4242);
    expect(readPrivate(path)).toBe('content');
  });

  it('is refused as a directory', () => {
    mkdirSync(path, {mode: 0o700});
    chownSync(path, 4242, 4242);
    expect(() => makePrivateDirectory(path)).toThrow(expect.objectContaining({code: 'WRONG_OWNER'}));
  });
});

describe('a private directory', () => {
  it('that cannot be made says so and does not hang', () => {
    for (const place of ['/proc/nowhere/a/b', '/proc/self/a', '/proc/1/a/b'])
      expect(() => makePrivateDirectory(place)).toThrow(/ENOENT|EACCES|EPERM/);
  });

  it('is refused when it exists and others may use it', () => {
    mkdirSync(path);
    chmodSync(path, 0o750);
    expect(() => makePrivateDirectory(path)).toThrow(
      expect.objectContaining({code: 'PERMISSIONS_TOO_OPEN', hint: `Run: chmod 700 '${path}'`}),
    );
  });
});
