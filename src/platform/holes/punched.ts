/** `impossible`: not here, now and later, and why. `failed`: another time it may do. */
export type Punched =
  | {readonly how: 'done'}
  | {readonly how: 'impossible'; readonly reason: string}
  | {readonly how: 'failed'; readonly reason: string};

/** Gives bytes in the middle of an open file back to the disk. Never rejects. */
export type PunchHole = (fd: number, from: number, to: number) => Promise<Punched>;

/** What of a file was there when it was asked, and up to where it may be a hole. */
export interface HeldFile {
  readonly size: number;
  readonly freed: number;
}

/** A file of which all but its end is freed while it grows. */
export interface Hold {
  /** What there is now stays from now on, and what comes is freed but for the last `keep` bytes. Undefined: it is over, and how much was freed is not known. */
  take(keep: number): Promise<HeldFile | undefined>;
  /** All stays from now on. */
  drop(): Promise<HeldFile | undefined>;
}

/** `to` is not part of it. */
export interface Hole {
  readonly from: number;
  readonly to: number;
}

export interface FileHolder {
  /** Something may be held soon: what takes time for it is begun. */
  prepare(): void;
  /**
   * Frees what is written to a file from there on as fast as it comes, but for its last `keep` bytes, whatever this process does
   * meanwhile. The descriptor may be closed. Undefined where it cannot be done; `lost`: it is not known how much was freed. Never rejects.
   */
  hold(fd: number, from: number, keep: number): Promise<Hold | 'lost' | undefined>;
  /** The first part of a file that is not on the disk, from there on, in whole blocks. Undefined where there is none, or nobody can tell. Never rejects. */
  find(fd: number, from: number): Promise<Hole | undefined>;
}
