/** `spec.json`: written once, last of the files that a submission makes, so that a directory with a spec is complete. */
import {closeSync, constants} from 'node:fs';

import {stringifyWellFormed} from '../../../base/index.ts';
import {openPrivate, readPrivate, writeWhole} from '../../../platform/index.ts';
import {DEFAULT_JOB_OPTIONS, type JobSpec} from '../../domain/index.ts';

export function writeSpec(path: string, spec: JobSpec): void {
  writeFile(path, Buffer.from(`${stringifyWellFormed(spec)}\n`));
}

/** Undefined when there is none, or one that was never finished. */
export function readSpec(path: string): JobSpec | undefined {
  try {
    const spec = JSON.parse(readPrivate(path) ?? 'null') as JobSpec | null;
    return spec?.format === 1 || spec?.format === 2 ? {...LATER_FIELDS, ...spec} : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a spec says how long its job is kept: those of earlier versions do not. */
export function tellsRetention(path: string): boolean {
  return readPrivate(path)?.includes('"retentionMs":') ?? false;
}

/** What specs of earlier versions do not hold. */
const LATER_FIELDS = {
  number: 0,
  needs: [],
  notBefore: null,
  ...DEFAULT_JOB_OPTIONS,
  maxLogBytes: 0,
} as const satisfies Partial<JobSpec>;

/** Writes a private file anew, in place: a kill or a full disk can leave the beginning of it. */
export function writeFile(path: string, bytes: Buffer): void {
  const fd = openPrivate(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
  try {
    writeWhole(fd, bytes);
  } finally {
    closeSync(fd);
  }
}
