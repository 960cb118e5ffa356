/** The fields of a job in lists that programs read, and which of them were asked for. */
import {didYouMean, StintError} from '../../base/index.ts';
import type {JobView} from '../../jobs/index.ts';

/** Throws `USAGE` for a field that there is not. Undefined where none was asked for. */
export function fieldsOf(value: string | undefined): readonly (keyof JobView)[] | undefined {
  if (value === undefined) return undefined;
  const words = value
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '');
  if (words.length === 0) throw new StintError('USAGE', '--fields names no field.', {hint: ALL});
  return [...new Set(words)].map(word => {
    const known = JOB_FIELDS.find(field => field === word);
    if (known !== undefined) return known;
    throw new StintError('USAGE', `--fields names '${word}', which no job has.`, {
      hint: [didYouMean(word, JOB_FIELDS), ALL].filter(Boolean).join(' '),
    });
  });
}

/** In the order in which `JobView` has them; one that is added there does not compile until it is here. */
const IS_FIELD: Readonly<Record<keyof JobView, true>> = {
  invocation_id: true,
  invocation_short: true,
  repo: true,
  worktree: true,
  branch: true,
  commit: true,
  dirty: true,
  hook_type: true,
  trigger_command: true,
  by: true,
  invocation_created_at: true,
  name: true,
  attempt: true,
  status: true,
  background: true,
  tags: true,
  group: true,
  started_at: true,
  finished_at: true,
  closed_at: true,
  ended_between: true,
  duration_secs: true,
  cpu_secs: true,
  cpu_user_secs: true,
  cpu_system_secs: true,
  memory_bytes: true,
  exit_code: true,
  signal: true,
  message: true,
  command: true,
  cwd: true,
  pid: true,
  elsewhere: true,
  queue_position: true,
  queued_behind: true,
  waiting_for: true,
  queue_reason: true,
  leftovers: true,
  leftovers_unseen: true,
  size_bytes: true,
  pinned: true,
  expires_at: true,
  cut_bytes: true,
  sample_every: true,
  merged: true,
  phase: true,
  rows_processed: true,
  rows_total: true,
  rows_phase: true,
  rows_per_sec: true,
  rate_basis: true,
  eta_secs: true,
  eta_range_secs: true,
  quiet_secs: true,
  activity: true,
  stalled: true,
  stalled_secs: true,
  uncertain_secs: true,
  waiting_on: true,
  waiting_secs: true,
  same_output_secs: true,
  log: true,
};

/** Every field, in the order in which lists tell them. */
export const JOB_FIELDS = Object.keys(IS_FIELD) as readonly (keyof JobView)[];

const ALL = `There are: ${JOB_FIELDS.join(', ')}.`;
