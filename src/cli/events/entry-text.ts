/** How entries are printed: one line of JSON each, or one line for people. */
import {stringifyWellFormed, visible} from '../../base/index.ts';
import type {LogEntry} from '../../event-log/index.ts';
import {exactTime} from '../output/human.ts';
import {bold, dim} from '../output/style.ts';
import {isTerminal} from '../output/terminal.ts';

/** For people on a terminal only: a pipe gets JSON, also without being asked for it. */
export function entryPrinter(asJson: boolean | undefined, now: () => number): (entry: LogEntry) => string {
  if (asJson || !isTerminal(1)) return entry => `${stringifyWellFormed(entry)}\n`;
  return entry => `${entryText(entry, now())}\n`;
}

/** Id, local time, kind, payload, headers. */
function entryText(entry: LogEntry, now: number): string {
  const {id, kind, payload, headers, occurred_at_ms: at} = entry;
  const named = Object.entries(headers).map(([name, value]) => dim(visible(`${name}=${value}`)));
  const time = dim(exactTime(at, now));
  return [String(id), time, bold(visible(kind)), visible(JSON.stringify(payload)), ...named].join('  ');
}
