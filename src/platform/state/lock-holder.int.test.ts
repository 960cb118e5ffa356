import {chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {packageVersion} from '../package-root.ts';
import {processSpace} from '../process-space.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';
import {readLockHolder, removeLockHolder, writeLockHolder} from './lock-holder.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

describe('who holds the lock', () => {
  it('is told with its pid and where that counts, in a private file that is replaced as a whole', () => {
    writeFileSync(directory.at('coordinator.json'), 'x'.repeat(5000), {mode: 0o600});
    writeLockHolder(directory.path, 1767225600000);
    expect(readLockHolder(directory.path)).toEqual({
      pid: process.pid,
      space: processSpace(),
      version: packageVersion(),
      sinceMs: 1767225600000,
    });
    expect(statSync(directory.at('coordinator.json')).mode & 0o777).toBe(0o600);
    expect(existsSync(directory.at('coordinator.json.new'))).toBe(false);
    expect(Object.keys(JSON.parse(readFileSync(directory.at('coordinator.json'), 'utf8')) as object)).toEqual(
      ['pid', 'host', 'boot_id', 'pid_ns', 'version', 'since_ms'],
    );
  });

  it('is nobody where nobody said so, or took it back', () => {
    expect(readLockHolder(directory.path)).toBeUndefined();
    writeLockHolder(directory.path, 0);
    removeLockHolder(directory.path);
    removeLockHolder(directory.path);
    expect(readLockHolder(directory.path)).toBeUndefined();
  });

  it.each([
    '',
    '\0\0\0',
    '{',
    'null',
    '{"pid":1}',
    '{"host":"mill"}',
    '{"host":"mill","pid":"1"}',
    '{"host":"mill","pid":-5}',
  ])('is nobody in a file that holds %j', text => {
    writeFileSync(directory.at('coordinator.json'), text, {mode: 0o600});
    expect(readLockHolder(directory.path)).toBeUndefined();
  });

  it('is rather nobody than an earlier one where it cannot be written', () => {
    writeLockHolder(directory.path, 0);
    mkdirSync(directory.at('coordinator.json.new'));
    expect(() => writeLockHolder(directory.path, 1)).toThrow();
    expect(readLockHolder(directory.path)).toBeUndefined();
  });

  it('is not believed from a file that others may write', () => {
    writeLockHolder(directory.path, 0);
    chmodSync(directory.at('coordinator.json'), 0o666);
    expect(() => readLockHolder(directory.path)).toThrow(/can be read or written by others/);
  });
});

describe('the process space', () => {
  it.runIf(process.platform === 'linux')('is what the kernel says', () => {
    expect(processSpace()).toEqual({
      host: hostname(),
      boot_id: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      pid_ns: expect.any(Number),
    });
  });
});
