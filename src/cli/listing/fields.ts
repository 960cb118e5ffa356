/** The fields of a job in lists that programs read, and which of these or other fields were asked for. */
import {didYouMean, StintError} from '../../base/index.ts';
import type {JobView} from '../../jobs/index.ts';

/** Throws `USAGE` for a field that there is not. Undefined where none was asked for. */
export function fieldsOf<Field extends string>(
  value: string | undefined,
  known: readonly Field[],
  what: string,
): readonly Field[] | undefined {
  if (value === undefined) return undefined;
  const words = value
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '');
  const all = `There are: ${known.join(', ')}.`;
  if (words.length === 0) throw new StintError('USAGE', '--fields names no field.', {hint: all});
  return [...new Set(words)].map(word => {
    const field = known.find(each => each === word);
    if (field !== undefined) return field;
    throw new StintError('USAGE', `--fields names '${word}', which no ${what} has.`, {
      hint: [didYouMean(word, known), all].filter(Boolean).join(' '),
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
  attempts: true,
  status: true,
  background: true,
  tags: true,
  group: true,
  priority: true,
  service: true,
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
  queue_why: true,
  queue_until: true,
  queue_needs: true,
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
