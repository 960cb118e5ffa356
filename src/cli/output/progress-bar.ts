/**
 * How far stint's own long work is, on stderr: a bar on a terminal, now and then a line elsewhere, nothing with `--json`.
 * Work that is over at once shows nothing. The bar is gone when the work is over: what came of it is told otherwise.
 */
import type {Clock} from '../../base/index.ts';
import {systemClock} from '../../platform/index.ts';
import {fullBar} from './bar.ts';
import {rowsBrief, shortDuration} from './human.ts';
import {errorColumns} from './terminal.ts';
import {cutTo} from './text-width.ts';
import {visible} from './visible.ts';
import {err} from './write.ts';

export interface LongWork {
  /** What is done. */
  readonly title: string;
  readonly done: number;
  /** Where it is known how much there is. */
  readonly total?: number;
  /** What is being done right now. */
  readonly note?: string;
}

export interface ProgressBar {
  /** Tells how far the work is; cheap, so it may be called for every piece. */
  show(work: LongWork): void;
  /** Takes the bar away. Nothing may be shown after it. */
  close(): void;
}

export interface ProgressBarOptions {
  /** With `--json`: nothing is shown. */
  readonly isSilent: boolean;
  readonly clock?: Clock;
  readonly write?: (text: string) => void;
  /** The width of the terminal; undefined where there is none. Asked anew each time. */
  readonly columns?: () => number | undefined;
}

/** Work that takes less long shows no bar, and no lines. */
const BAR_AFTER_MS = 300;
const LINE_AFTER_MS = 3000;
/** So often at most. */
const BAR_EVERY_MS = 100;
const LINE_EVERY_MS = 5000;

const CLEAR = '\r\u001b[K';

export function progressBar({
  isSilent,
  clock = systemClock,
  write = err,
  columns = errorColumns,
}: ProgressBarOptions): ProgressBar {
  if (isSilent) return {show: () => undefined, close: () => undefined};
  const startedAt = clock.now();
  const isBar = columns() !== undefined;
  let next = startedAt + (isBar ? BAR_AFTER_MS : LINE_AFTER_MS);
  let isDrawn = false;
  return {
    show: work => {
      const now = clock.now();
      if (now < next) return;
      next = now + (isBar ? BAR_EVERY_MS : LINE_EVERY_MS);
      isDrawn = isBar;
      const width = columns();
      write(isBar ? `${CLEAR}${barText(work, now - startedAt, width ?? 80)}` : `stint: ${lineText(work)}\n`);
    },
    close: () => {
      if (isDrawn) write(CLEAR);
      isDrawn = false;
    },
  };
}

const LONGEST_BAR = 30;
const SHORTEST_BAR = 5;
/** Between title, bar, count and note. */
const GAP = '  ';

/**
 * `repairing  ██████░░░░  6/10 60%  ETA 2s  3fa9c1d2e4b5`, in fewer columns than there are, so that no terminal breaks
 * the line: the note gives way first, then the bar.
 */
export function barText(
  {title, done, total, note = ''}: LongWork,
  elapsedMs: number,
  columns: number,
): string {
  const room = Math.max(0, columns - 1);
  const count = [visible(title), rowsBrief(done, total ?? null), etaText(done, total, elapsedMs)].filter(
    Boolean,
  );
  const taken = mostColumns(count.join(GAP));
  const length = Math.min(LONGEST_BAR, room - taken - GAP.length);
  const hasBar = total !== undefined && total > 0 && length >= SHORTEST_BAR;
  const parts = hasBar ? [...count.slice(0, 1), fullBar(done / total, length), ...count.slice(1)] : count;
  const text = [...parts, visible(note)].filter(Boolean).join(GAP);
  return cutTo(room, text, mostColumns);
}

/** `repairing: 6/10 60%, 3fa9c1d2e4b5`. */
export function lineText({title, done, total, note}: LongWork): string {
  return `${visible(title)}: ${rowsBrief(done, total ?? null)}${note === undefined ? '' : `, ${visible(note)}`}`;
}

/** What this text takes at most: to ask the package that knows would keep the work waiting. */
function mostColumns(text: string): number {
  let columns = 0;
  for (const character of text) columns += character < '\u0300' || NARROW.has(character) ? 1 : 2;
  return columns;
}

const NARROW = new Set('█░…');

/** As fast as it was until now; empty where that cannot be told. */
function etaText(done: number, total: number | undefined, elapsedMs: number): string {
  if (total === undefined || done <= 0 || done >= total) return '';
  return `ETA ${shortDuration((elapsedMs / done) * (total - done))}`;
}
