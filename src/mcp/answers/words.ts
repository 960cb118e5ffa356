/** A job in the words of an answer. */
import {cutText, visible} from '../../base/index.ts';
import {endText, GOING_ON, isStatusWord} from '../../coordinator/domain/index.ts';
import type {JobView} from '../../jobs/index.ts';
import {signalName} from '../../platform/index.ts';

/** `count failed with exit code 3 after 2m`, or how it stands. */
export function standingText(view: JobView): string {
  const {name, status, exit_code, message, duration_secs} = view;
  const time = duration_secs === null ? '' : ` ${isOver(view) ? 'after' : 'for'} ${secsText(duration_secs)}`;
  if (isOver(view)) {
    const end = {name, status, exitCode: exit_code ?? undefined, message: message ?? undefined};
    return shown(`${endText(end, signalName)}${time}`);
  }
  const doing = progressText(view);
  const reason = message ?? view.queue_reason;
  return shown(
    [`${name} is ${status}${time}`, reason, view.elsewhere && `runs ${view.elsewhere}`, doing]
      .filter(part => part !== null && part !== undefined && part !== '')
      .join('; '),
  );
}

/** Its command will not run any more, whatever became of it. */
export function isOver({status}: Pick<JobView, 'status'>): boolean {
  return isStatusWord(status) && !GOING_ON.some(open => open === status);
}

/** Names and reasons are whatever a job makes them. */
const MOST_SHOWN = 400;

function shown(text: string): string {
  return cutText(visible(text), MOST_SHOWN);
}

/** `embed, 384 of 10000 rows, 12 a second, about 2m left`; empty where nothing was reported. */
export function progressText(view: JobView): string {
  const {phase, rows_processed, rows_total, rows_per_sec, eta_secs, activity, stalled_secs} = view;
  const rows =
    rows_processed === null
      ? undefined
      : `${rows_processed}${rows_total === null ? '' : ` of ${rows_total}`} rows`;
  const parts = [
    phase ?? undefined,
    rows,
    rows_per_sec === null ? undefined : `${Number(rows_per_sec.toPrecision(2))} a second`,
    eta_secs === null ? undefined : `about ${secsText(eta_secs)} left`,
    view.stalled ? `stalled for ${secsText(stalled_secs ?? 0)}` : undefined,
    activity === 'waiting' && view.waiting_on !== null ? `waits for ${view.waiting_on}` : undefined,
    activity === 'complete' ? 'its work is complete' : undefined,
    activity === 'quiet' && view.quiet_secs !== null ? `quiet for ${secsText(view.quiet_secs)}` : undefined,
  ];
  return shown(parts.filter(part => part !== undefined).join(', '));
}

/** `450ms`, `12s`, `3m 5s`, `2h 10m`. */
export function secsText(secs: number): string {
  if (secs < 1) return `${Math.round(secs * 1000)}ms`;
  if (secs < 60) return `${Number(secs.toFixed(secs < 10 ? 1 : 0))}s`;
  const [minutes, hours] = [Math.floor(secs / 60), Math.floor(secs / 3600)];
  if (hours > 0) return `${hours}h ${minutes % 60}m`;
  return `${minutes}m ${Math.floor(secs % 60)}s`;
}
