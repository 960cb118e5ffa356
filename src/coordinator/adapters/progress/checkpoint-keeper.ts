/**
 * When a checkpoint of a job's progress is made, and which one is on the disk: always the one before the newest, so that
 * who reads on from there has some hundred records as they are, of which rate and movement can be told. A job that
 * reports little costs nothing of that.
 */
import {codeOf} from '../../../base/index.ts';
import {
  type ProgressCheckpoint,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from './progress-checkpoint.ts';

export interface CheckpointKeeperOptions {
  readonly directory: string;
  readonly report: (what: string, error: unknown) => void;
}

/** So much lies between two checkpoints: what a list reads of a job is at most twice that, and the digest. */
const STEP_BYTES = 32 * 1024;
/** While there is much to catch up with. */
const LONG_STEP_BYTES = 256 * 1024;

export class CheckpointKeeper {
  readonly #options: CheckpointKeeperOptions;
  /** The newest, which is not on the disk. */
  #newest: ProgressCheckpoint | undefined;
  #onDisk: Pick<ProgressCheckpoint, 'offset'> | undefined;
  #isTroubled = false;

  constructor(options: CheckpointKeeperOptions) {
    this.#options = options;
  }

  /** The follower has read up to a byte of the file; `isBehind`: there is more. */
  passed(offset: number, isBehind: boolean, take: () => ProgressCheckpoint | undefined): void {
    const step = isBehind ? LONG_STEP_BYTES : STEP_BYTES;
    if (offset - (this.#newest?.offset ?? 0) < step) return;
    if (this.#newest !== undefined) this.#write(this.#newest);
    this.#newest = take();
  }

  /** The file has no name any more: what is known of it is kept here, up to its end. */
  keep(checkpoint: ProgressCheckpoint): void {
    this.#newest = undefined;
    this.#write(checkpoint);
  }

  /** The file begins anew, or tells all by itself again. */
  forget(): void {
    this.#newest = undefined;
    this.#onDisk = undefined;
    removeCheckpoint(this.#options.directory);
  }

  #write(checkpoint: ProgressCheckpoint): void {
    const {directory, report} = this.#options;
    try {
      this.#onDisk ??= this.#found(checkpoint);
      // An earlier coordinator may have come further.
      if (this.#onDisk.offset >= checkpoint.offset) return;
      if (writeCheckpoint(directory, checkpoint)) this.#onDisk = {offset: checkpoint.offset};
      this.#isTroubled = false;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return; // the job's directory is gone
      if (!this.#isTroubled) report('writing down how far a job is', error);
      this.#isTroubled = true;
    }
  }

  #found({mark}: ProgressCheckpoint): Pick<ProgressCheckpoint, 'offset'> {
    const found = readCheckpoint(this.#options.directory);
    return found?.mark.ino === mark.ino && found.mark.dev === mark.dev ? found : {offset: 0};
  }
}
