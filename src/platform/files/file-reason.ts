/** Why the system did not do what was asked of a file or directory, in words. */
import {codeOf, messageOf, StintError} from '../../base/index.ts';

/** A part of a sentence, without a full stop; the error's own text where there are no better words. */
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

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOENT: 'its directory cannot be made',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
  EISDIR: 'it is a directory',
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
