import {codeOf, messageOf, StintError} from '../../base/index.ts';
import {isDiskFull} from '../../platform/index.ts';

/**
 * A journal could not be opened or took only a part of a batch. `code` is `DISK_FULL` when there is no space
 * (or no quota) left and `INTERNAL` otherwise. The journal is whole and may be appended to again.
 */
export class JournalWriteError extends StintError {
  /** Bytes of the batch that are in the file and stay there: complete lines from its start. Append the rest later. */
  readonly acceptedBytes: number;

  constructor(path: string, acceptedBytes: number, cause: unknown) {
    const full = isDiskFull(codeOf(cause));
    super(
      full ? 'DISK_FULL' : 'INTERNAL',
      `Could not write ${path}: ${full ? 'no space is left' : messageOf(cause)}.`,
      {
        hint: full
          ? 'Free space on the disk that holds it; recording goes on from where it stopped.'
          : undefined,
        cause,
        details: {path, acceptedBytes},
      },
    );
    this.acceptedBytes = acceptedBytes;
  }
}
