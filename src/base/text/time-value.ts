/** Reads moments that people write: how long ago, a time of the clock, a day, a date, RFC 3339. In the time zone of this process unless told. */
import {StintError} from '../errors.ts';
import {durationMs} from './option-text.ts';
import {visible} from './visible.ts';

/**
 * Unix milliseconds of `10m` (so long ago, and no earlier than 1970), `now`, `14:05` (when it was that last), `today`,
 * `yesterday 14:05`, `2026-11-29 14:05`, `2026-11-29T14:05:30Z`; of a day alone its begin. May be later than `nowMs`
 * (`tomorrow`). Undefined for what is none of these.
 */
export async function parseTimeValue(text: string, nowMs: number): Promise<number | undefined> {
  const value = text.trim().toLowerCase();
  const age = await durationMs(value);
  return age === undefined ? parseCalendarTime(value, nowMs) : Math.max(0, nowMs - age);
}

/** The same for the value of an option: throws `USAGE` for what is no time, or lies in the future or before 1970. */
export async function timeValue(
  value: string | undefined,
  what: string,
  nowMs: number,
): Promise<number | undefined> {
  if (value === undefined) return undefined;
  const ms = await parseTimeValue(value, nowMs);
  if (ms !== undefined && ms >= 0 && ms <= nowMs) return ms;
  const why = ms === undefined ? 'not a time' : `which lies ${ms < 0 ? 'before 1970' : 'in the future'}`;
  throw new StintError('USAGE', `${what} is '${visible(value)}', ${why}.`, {hint: HINT});
}

const HINT =
  "A time is 10m (so long ago), 14:05, yesterday, 'yesterday 14:05', 2026-11-29, '2026-11-29 14:05' or 2026-11-29T14:05:30Z.";

/** All but durations; `text` in lower case. */
function parseCalendarTime(text: string, nowMs: number): number | undefined {
  if (text === 'now') return nowMs;
  const clock = clockOf(CLOCK.exec(text)?.groups);
  if (clock !== undefined) return lastAt(clock, nowMs);
  const {word, date, rest = ''} = DAY.exec(text)?.groups ?? {};
  const time = rest === '' ? MIDNIGHT : clockOf(CLOCK.exec(rest)?.groups);
  if (time === undefined) return undefined;
  if (word !== undefined)
    return time.zoneMs === undefined ? atLocal(dayFrom(nowMs, WORDS[word]), time) : undefined;
  const day = date === undefined ? undefined : dayOf(date);
  if (day === undefined) return undefined;
  if (day.year < 1970) return BEFORE_1970;
  return time.zoneMs === undefined ? atLocal(day, time) : atUtc(day, time) - time.zoneMs;
}

const CLOCK =
  /^(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d(?:[.]\d{1,9})?))?(?:\s?(?<zone>z|[+-]\d\d:?\d\d))?$/;
const DAY =
  /^(?:(?<word>today|yesterday|tomorrow)|(?<date>\d{4}-\d\d-\d\d))(?:(?:\s+|(?<=\d)t)(?<rest>\d.*))?$/;
const WORDS: Readonly<Record<string, number>> = {yesterday: -1, today: 0, tomorrow: 1};
const BEFORE_1970 = -1;

interface Day {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
}

interface ClockTime {
  readonly hour: number;
  readonly minute: number;
  /** Of the minute, with its fraction. */
  readonly ms: number;
  /** How far it is ahead of UTC; undefined for the time of this place. */
  readonly zoneMs: number | undefined;
}

const MIDNIGHT: ClockTime = {hour: 0, minute: 0, ms: 0, zoneMs: undefined};

/** Undefined for what no clock shows. */
function clockOf(groups: Readonly<Record<string, string>> | undefined): ClockTime | undefined {
  if (groups === undefined) return undefined;
  const {hour, minute, second = 0, zone} = groups;
  const time = {hour: Number(hour), minute: Number(minute), ms: Math.floor(Number(second) * 1000)};
  if (time.hour > 23 || time.minute > 59 || time.ms >= 60_000) return undefined;
  return {...time, zoneMs: zone === undefined ? undefined : zoneMs(zone)};
}

function zoneMs(zone: string): number {
  if (zone === 'z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** Undefined for a day that no calendar has. */
function dayOf(date: string): Day | undefined {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const found = new Date(Date.UTC(year, month - 1, day));
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === day
    ? {year, month: month - 1, day}
    : undefined;
}

/** So many days after that of `ms`, in the calendar: no matter how long they are. */
function dayFrom(ms: number, days = 0): Day {
  const date = new Date(ms);
  return {year: date.getFullYear(), month: date.getMonth(), day: date.getDate() + days};
}

function atLocal({year, month, day}: Day, {hour, minute, ms}: ClockTime): number {
  return new Date(year, month, day, hour, minute, 0, ms).getTime();
}

function atUtc({year, month, day}: Day, {hour, minute, ms}: ClockTime): number {
  return Date.UTC(year, month, day, hour, minute, 0, ms);
}

/** When clocks showed this time last; on a day on which they were put back that may be twice, or never where they were put forward. */
function lastAt(time: ClockTime, nowMs: number): number | undefined {
  if (time.zoneMs !== undefined) return undefined; // of which day?
  const found = [0, -1, -2].flatMap(days => {
    const first = atLocal(dayFrom(nowMs, days), time);
    const again = first + (offsetMs(first + HALF_DAY_MS) - offsetMs(first));
    return [again, first].filter(ms => ms <= nowMs && shows(ms, time));
  });
  return found[0];
}

const HALF_DAY_MS = 12 * 60 * 60_000;

/** How far the time of this place is behind UTC. */
function offsetMs(ms: number): number {
  return new Date(ms).getTimezoneOffset() * 60_000;
}

function shows(ms: number, {hour, minute}: ClockTime): boolean {
  const date = new Date(ms);
  return date.getHours() === hour && date.getMinutes() === minute;
}
