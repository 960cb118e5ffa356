/** `spec.json`: written once, last of the files that a submission makes, so that a directory with a spec is complete. */
import {closeSync, constants, writeSync} from 'node:fs';

import {stringifyWellFormed} from '../../../base/index.ts';
import {openPrivate, readPrivate} from '../../../platform/index.ts';
import {DEFAULT_STALL_AFTER_MS, type JobSpec} from '../../domain/index.ts';

export function writeSpec(path: string, spec: JobSpec): void {
  writeWhole(path, Buffer.from(`${stringifyWellFormed(spec)}\n`));
}

/** Undefined when there is none, or one that was never finished. */
export function readSpec(path: string): JobSpec | undefined {
  try {
    const spec = JSON.parse(readPrivate(path) ?? 'null') as JobSpec | null;
    return spec?.format === 1 ? {...LATER_FIELDS, ...spec} : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What specs of earlier versions do not hold. */
const LATER_FIELDS = {
  number: 0,
  now: false,
  stallAfterMs: DEFAULT_STALL_AFTER_MS,
  onStall: 'notify',
  notify: null,
} as const satisfies Partial<JobSpec>;

/** Writes a private file anew, in place: a kill or a full disk can leave the beginning of it. */
export function writeWhole(path: string, bytes: Buffer): void {
  const fd = openPrivate(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  } finally {
    closeSync(fd);
  }
}
