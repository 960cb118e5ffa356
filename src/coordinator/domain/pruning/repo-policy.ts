/** What holds for all jobs of a repository, as it was last set by who submitted jobs there. */
export interface RepoPolicy {
  /** So many invocations of each worktree stay, whatever their age and size. */
  readonly keepLast: number;
  /** What all jobs may take on the disk; null for no limit. */
  readonly maxTotalBytes: number | null;
}

/** Where nothing was set. */
export const DEFAULT_REPO_POLICY: RepoPolicy = {keepLast: 3, maxTotalBytes: 2_000_000_000};
