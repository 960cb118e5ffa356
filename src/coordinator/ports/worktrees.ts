import type {Job} from '../domain/index.ts';

/** Whether the worktree of a job is still there. What cannot be told is not `gone`: why not, as the rest of a sentence. */
export type WorktreeStanding = 'there' | 'gone' | {readonly unsure: string};

export interface Worktrees {
  standing(job: Job): WorktreeStanding;
}
