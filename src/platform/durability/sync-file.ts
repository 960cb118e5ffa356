/**
 * Brings to the disk what was written to a file, or what names there are in a directory. Each opens a descriptor of its
 * own, so that neither rotation nor closing can pull the file away under it. Throws the system's errors.
 */
import {closeSync, constants, fdatasyncSync, fsyncSync, openSync} from 'node:fs';
import {open} from 'node:fs/promises';

/** Returns when the content is on the disk; `sync` brings it there. */
export function syncFile(path: string, sync: (fd: number) => void = fdatasyncSync): void {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    sync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The same without keeping this program waiting. */
export async function syncFileInBackground(path: string): Promise<void> {
  const file = await open(path, 'r');
  await file.datasync().finally(() => file.close());
}

/** Returns when the names are on the disk: a file that was made there is still there after a power failure. */
export function syncDirectory(path: string): void {
  syncFile(path, fsyncSync);
}

/** The same without keeping this program waiting. */
export async function syncDirectoryInBackground(path: string): Promise<void> {
  const directory = await open(path, 'r');
  await directory.sync().finally(() => directory.close());
}
