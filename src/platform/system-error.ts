/** What the codes of the system's errors mean: kinds that are acted upon, and words for people. */
import {codeOf, messageOf, StintError} from '../base/index.ts';

/** The disk, or the quota, is full. Also SQLite's code for that, and ours. */
export function isDiskFull(code: string | undefined): boolean {
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL' || code === 'DISK_FULL';
}

/** This user may not do it. */
export function isForbidden(code: string | undefined): boolean {
  return code === 'EACCES' || code === 'EPERM';
}

/** What passes by itself: the disk is full, too many processes or open files. */
export function isTransient(code: string | undefined): boolean {
  return isDiskFull(code) || TRANSIENT.has(code ?? '');
}

const TRANSIENT = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM']);

/** `message` says of what there is no room. */
export function diskFull(
  message: string,
  cause: unknown,
  hint = 'Free some space and try again.',
): StintError {
  return new StintError('DISK_FULL', message, {cause, hint});
}

/** Why it could not be done to a file or directory: a part of a sentence, without a full stop; the error's own text where there are no better words. */
export function fileReason(error: unknown): string {
  return REASONS[codeOf(error) ?? ''] ?? messageOf(error);
}

/** The same with the file it is about, where that is known; what is an error for people already says so itself. */
export function fileProblem(error: unknown): string {
  const path = error instanceof Error && 'path' in error ? error.path : undefined;
  return typeof path === 'string' && !(error instanceof StintError)
    ? `${path}: ${fileReason(error)}`
    : messageOf(error).replace(/\.$/, '');
}

/** The same of what is written to stdout. */
export function outputReason(error: unknown): string {
  const code = codeOf(error);
  return isDiskFull(code) ? 'the disk is full' : (OUTPUT_REASONS[code ?? ''] ?? messageOf(error));
}

const OUTPUT_REASONS: Readonly<Record<string, string>> = {
  EBADF: 'it is not open for writing',
  EFBIG: 'the file would be too large',
  EIO: 'its terminal or its disk is gone',
};

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOENT: 'its directory cannot be made',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
  EISDIR: 'it is a directory',
  ENOTEMPTY: 'it holds something else',
  EBUSY: 'it is in use',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk reports an error',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'its symbolic links go in a circle',
  EOPNOTSUPP: 'the file system cannot hold that kind of file',
  ENOTSUP: 'the file system cannot hold that kind of file',
  SQLITE_CANTOPEN: 'it is no file that can be opened',
  SQLITE_READONLY: 'it may not be written',
  SQLITE_READONLY_DIRECTORY: 'its directory may not be written',
};
