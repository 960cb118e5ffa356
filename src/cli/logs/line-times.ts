/** The time that stands before a line of a log. */
import type {LogRecord} from '../../jobs/index.ts';

export type TimeStyle = 'local' | 'utc' | 'relative';

export interface TimesFrom {
  /** Unix milliseconds: now. On the day of that the first line has no date. */
  readonly now: number;
  /** Unix milliseconds: from when times that are relative are told. */
  readonly start: number;
}

/**
 * `14:03:22.123`, in UTC with a `Z`, or `+0:00:12.345`; with the date where it is another day than that of the line before.
 * With `~` where the record was made later than the line was written. The lines are asked for in the order in which they are printed.
 */
export function lineTimes(style: TimeStyle, {now, start}: TimesFrom): (record: LogRecord) => string {
  if (style === 'relative') return record => doubt(record) + sinceText(record.ts - start);
  const isUtc = style === 'utc';
  let before = partsOf(now, isUtc).date;
  return record => {
    const {date, time} = partsOf(record.ts, isUtc);
    const day = date === before ? '' : `${date} `;
    before = date;
    return `${doubt(record)}${day}${time}`;
  };
}

function doubt({late}: LogRecord): string {
  return late ? '~' : '';
}

function partsOf(ms: number, isUtc: boolean): {date: string; time: string} {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return {date: '', time: '??:??:??.???'}; // no moment that a calendar knows
  // Shifted by what the zone is ahead, UTC tells the local time.
  const shown = isUtc ? date : new Date(ms - date.getTimezoneOffset() * 60_000);
  const [day = '', time = ''] = shown.toISOString().split('T');
  return {date: day, time: isUtc ? time : time.slice(0, -1)};
}

/** `+0:00:12.345`. Before that where a clock was put back. */
function sinceText(ms: number): string {
  const rest = Math.abs(ms);
  const [hours, minutes] = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60];
  const seconds = ((rest % 60_000) / 1000).toFixed(3).padStart(6, '0');
  return `${ms < 0 ? '-' : '+'}${hours}:${String(minutes).padStart(2, '0')}:${seconds}`;
}
