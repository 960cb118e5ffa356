/** Disks that fail at a chosen call, for tests. */
import {type DiskCalls, NODE_DISK} from '../disk-calls.ts';

export interface FailingDisk extends DiskCalls {
  /** Calls until the end; with 0 the next one is it. Infinity: never. */
  left: number;
  /** The calls that were made, by name. */
  readonly made: string[];
}

/**
 * A disk whose user dies at a call: of a write a part gets in (`share` of it, 0 to 1), of another nothing, and behind it
 * nothing happens any more.
 */
export function dyingDisk(share: () => number): FailingDisk {
  const disk: FailingDisk = {
    left: Number.POSITIVE_INFINITY,
    made: [],
    write(fd, bytes, offset, length) {
      if (disk.left === 0) NODE_DISK.write(fd, bytes, offset, Math.floor(share() * length));
      counted('write');
      return NODE_DISK.write(fd, bytes, offset, length);
    },
    truncate: (fd, size) => counted('truncate', () => NODE_DISK.truncate(fd, size)),
    sync: fd => counted('sync', () => NODE_DISK.sync(fd)),
    syncDirectory: path => counted('syncDirectory', () => NODE_DISK.syncDirectory(path)),
    rename: (from, to) => counted('rename', () => NODE_DISK.rename(from, to)),
    make: path => counted('make', () => NODE_DISK.make(path)),
    removeSegment: path => counted('removeSegment', () => NODE_DISK.removeSegment(path)),
  };
  function counted(name: string, call: () => void = () => undefined): void {
    disk.made.push(name);
    disk.left -= 1;
    if (disk.left < 0) throw new Error('the process has died');
    call();
  }
  return disk;
}

/** A disk with room for so many bytes; `room` may be changed. What does not fit gets in as far as it does. */
export function fullDisk(): DiskCalls & {room: number} {
  const disk = {
    ...NODE_DISK,
    room: Number.POSITIVE_INFINITY,
    write(fd: number, bytes: Uint8Array, offset: number, length: number): number {
      const fits = Math.min(length, disk.room);
      if (fits === 0) throw Object.assign(new Error('no space left on device'), {code: 'ENOSPC'});
      disk.room -= fits;
      return NODE_DISK.write(fd, bytes, offset, fits);
    },
  };
  return disk;
}
