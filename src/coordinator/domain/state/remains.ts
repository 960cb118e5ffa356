/** What is still there of a job that was to end, once everything was tried. */

/** A process, by what tells a person which one it is. */
export interface NamedProcess {
  readonly pid: number;
  /** The name of its program, without arguments, which may hold secrets. */
  readonly command: string;
}

export interface LeftProcess extends NamedProcess {
  /** It is another user's, or it was sent KILL (or is about to be) and has not ended. */
  readonly reason: 'not_permitted' | 'still_there';
}

export interface Remains {
  readonly left: readonly LeftProcess[];
  /** What could not be looked at, so that more may be left: processes of others, or all where the system does not tell. */
  readonly unseen?: 'other_users' | 'everything';
}
