import {readFileSync} from 'node:fs';
import {platform} from 'node:os';

import {afterEach, describe, expect, it} from 'vitest';

import {type ResidentMemory, residentMemory} from './resident-memory.ts';

const memories: ResidentMemory[] = [];
afterEach(() => {
  for (const memory of memories.splice(0)) memory.close();
});

function opened(): ResidentMemory {
  const memory = residentMemory();
  memories.push(memory);
  return memory;
}

describe.runIf(platform() === 'linux')('the resident memory', () => {
  it('is what the system says, in whole MiB', () => {
    const memory = opened();
    const before = told();
    const mib = memory.mib() ?? 0;
    const after = told();
    expect(Number.isInteger(mib)).toBe(true);
    expect(mib).toBeGreaterThanOrEqual(Math.min(before, after) - 8);
    expect(mib).toBeLessThanOrEqual(Math.max(before, after) + 8);
  });

  it('is read anew each time', () => {
    const memory = opened();
    const before = memory.mib() ?? 0;
    const block = Buffer.alloc(64 * 1024 * 1024, 1);
    expect(memory.mib()).toBeGreaterThan(before + 32);
    expect(block[5]).toBe(1);
  });

  it('is not known after closing, which may be done twice', () => {
    const memory = opened();
    memory.close();
    memory.close();
    expect(memory.mib()).toBeUndefined();
  });
});

function told(): number {
  const [, kib = ''] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Math.floor(Number(kib) / 1024);
}
