/** Addresses as one gives them to a command: texts that mean one job and no other. */
import {shellWord, visible} from '../../base/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';

/** The shortest text that names this job and no other one, wherever it is used. */
export function addressText(invocation: string, name: string): string {
  return isPlain(name) ? `${invocation}:${name}` : invocation;
}

/** The same, and of a job that was tried again which of its attempts. */
export function exactAddress({invocation, name, attempt}: ListedJob): string {
  return `${addressText(invocation, name)}${attempt === 1 ? '' : `@${attempt}`}`;
}

/** A line for each of at most twenty jobs, which begins with what to paste, and how many more there are. `withAttempt`: where attempts are to be told apart. */
export function candidateLines(jobs: readonly ListedJob[], withAttempt: boolean): string[] {
  const lines = jobs.slice(0, MOST_LINES).map(job => candidateLine(job, withAttempt));
  return jobs.length > lines.length ? [...lines, `and ${jobs.length - lines.length} more`] : lines;
}

const MOST_LINES = 20;

function candidateLine(job: ListedJob, withAttempt: boolean): string {
  const {row, state, worktree} = job;
  const facts = [state.status, worktree ?? [], new Date(row.created_at).toISOString(), row.command].flat();
  return [addressWords(job, withAttempt), ...facts].map(visible).join('  ');
}

/** Words of a command line that mean this job and no other one. */
function addressWords({invocation, name, attempt}: ListedJob, withAttempt: boolean): string {
  if (!isPlain(name)) return `--inv ${invocation} --job ${shellWord(name)}`;
  return shellWord(`${invocation}:${name}${withAttempt ? `@${attempt}` : ''}`);
}

/** Whether a name can stand in an address. */
function isPlain(name: string): boolean {
  return !/[:@]/.test(name) && name === name.trim();
}
