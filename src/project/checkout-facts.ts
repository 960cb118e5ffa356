/** What is recorded about the checkout a job starts in. Facts that cannot be had are undefined; nothing here fails. */
import {runGit} from '../platform/index.ts';
import type {GitRepo, Repo} from './locate-repo.ts';
import {type Head, readHead} from './read-head.ts';

export interface CheckoutFacts extends Head {
  /** Real path of the top of the checkout; undefined in a bare repository and outside git. */
  readonly worktree: string | undefined;
  /** Whether anything differs from the commit, files that git does not know included; undefined when git did not say in time. */
  readonly dirty: boolean | undefined;
}

export interface CheckoutFactsOptions {
  /** Milliseconds that git may take, 2000 by default. */
  readonly limitMs?: number;
}

/** Never rejects. For branch and commit alone, without starting git, see `readHead`. */
export async function checkoutFacts(repo: Repo, options: CheckoutFactsOptions = {}): Promise<CheckoutFacts> {
  if (repo.kind === 'directory') return {worktree: undefined, ...NO_HEAD, dirty: undefined};
  const {limitMs = 2_000} = options;
  const [dirty, head] = await Promise.all([isDirty(repo, limitMs), readHead(repo) ?? askHead(repo, limitMs)]);
  return {worktree: repo.worktree, ...head, dirty};
}

const NO_HEAD: Head = {branch: undefined, commit: undefined};

async function isDirty(repo: GitRepo, limitMs: number): Promise<boolean | undefined> {
  if (repo.worktree === undefined) return undefined;
  const shown = await runGit(STATUS, {cwd: repo.worktree, limitMs, stopAtOutput: true});
  return shown === undefined ? undefined : shown !== '';
}

/** Says which untracked files to show because a person may have configured that none are. */
const STATUS = ['--no-optional-locks', 'status', '--porcelain', '--untracked-files=normal'];

async function askHead(repo: GitRepo, limitMs: number): Promise<Head> {
  const run = {cwd: repo.worktree ?? repo.gitDir, limitMs};
  const [ref, commit] = await Promise.all([
    runGit(['symbolic-ref', '--quiet', 'HEAD'], run),
    runGit(['rev-parse', '--verify', '--quiet', 'HEAD'], run),
  ]);
  return {branch: ref?.trimEnd().replace(/^refs\/heads\//, ''), commit: commit?.trimEnd()};
}
