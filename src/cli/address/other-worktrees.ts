/** What is said where a name leads to jobs of other worktrees. */

import type {Address} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {say} from '../output/write.ts';
import {candidateLines} from './candidate-lines.ts';

/** No job of that name ever ran in this worktree; `jobs` are meant instead. */
export function sayOtherWorktree({text}: Address, jobs: readonly ListedJob[]): void {
  sayWithLines(`${text} did not run in this worktree. Meant is its newest run elsewhere:`, jobs);
}

/** Those of this worktree have ended, and `jobs` of others have not. */
export function sayOthers(jobs: readonly ListedJob[]): void {
  sayWithLines('Left alone, because not of this worktree:', jobs);
}

function sayWithLines(text: string, jobs: readonly ListedJob[]): void {
  say(text, candidateLines(jobs, false));
}
