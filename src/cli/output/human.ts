/** Times, durations and sizes for people. */
import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';

/** `14:03:22` today, `Nov 20 14:03` before. Local time. */
export function clockTime(ms: number, now: number): string {
  const date = new Date(ms);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(part =>
    String(part).padStart(2, '0'),
  );
  if (isSameDay(date, new Date(now))) return time.join(':');
  return `${MONTHS[date.getMonth()]} ${date.getDate()} ${time.slice(0, 2).join(':')}`;
}

/** `14:03:22.123` today, `Nov 20 14:03:22.123` before. Local time. */
export function exactTime(ms: number, now: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return '??:??:??.???'; // no moment that a calendar knows
  const millis = String(date.getMilliseconds()).padStart(3, '0');
  const time = `${clockTime(ms, ms)}.${millis}`;
  return isSameDay(date, new Date(now)) ? time : `${MONTHS[date.getMonth()]} ${date.getDate()} ${time}`;
}

function isSameDay(one: Date, other: Date): boolean {
  return (
    one.getDate() === other.getDate() &&
    one.getMonth() === other.getMonth() &&
    one.getFullYear() === other.getFullYear()
  );
}

export function durationText(ms: number): string {
  return prettyMs(
    Math.max(0, ms),
    ms < 1000 ? {} : {unitCount: 2, secondsDecimalDigits: ms < 10_000 ? 1 : 0},
  );
}

/** In its largest unit only, a second at least: `3m`. */
export function shortDuration(ms: number): string {
  return prettyMs(Math.max(1, Math.floor(ms / 1000)) * 1000, {compact: true});
}

export function sizeText(bytes: number): string {
  return prettyBytes(bytes, {binary: true});
}

/** `384/10000`; empty where neither is known. */
export function doneBrief(done: number | null, total: number | null): string {
  if (done === null) return total === null ? '' : `?/${total}`;
  return total === null ? String(done) : `${done}/${total}`;
}

/** `384/10000 4%`; empty where neither is known. */
export function rowsBrief(done: number | null, total: number | null): string {
  const isShare = done !== null && total !== null && total > 0;
  const percent = isShare ? ` ${Math.floor(Math.min(1, Math.max(0, done / total)) * 100)}%` : '';
  return `${doneBrief(done, total)}${percent}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
