import {closeSync, openSync, readSync} from 'node:fs';

/** The resident memory of this process, cheap enough to be asked at every event. */
export interface ResidentMemory {
  /** Whole MiB (Linux: VmRSS of /proc/self/status); undefined where it cannot be read cheaply. */
  mib(): number | undefined;
  close(): void;
}

const MARK = Buffer.from('\nVmRSS:');

export function residentMemory(): ResidentMemory {
  let fd = opened();
  const buffer = Buffer.alloc(4096);
  const close = () => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  };
  return {
    mib: () => {
      if (fd === undefined) return undefined;
      const length = readSync(fd, buffer, 0, buffer.length, 0);
      const at = buffer.indexOf(MARK);
      return at < 0 || at > length
        ? undefined
        : Math.floor(numberAfter(buffer, at + MARK.length, length) / 1024);
    },
    close,
  };
}

function opened(): number | undefined {
  try {
    return openSync('/proc/self/status', 'r');
  } catch {
    return undefined; // not Linux
  }
}

/** The digits behind blanks. */
function numberAfter(text: Buffer, from: number, end: number): number {
  let value = 0;
  for (let at = from; at < end; at++) {
    const byte = text[at] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) value = value * 10 + byte - 0x30;
    else if (value > 0) break;
  }
  return value;
}
