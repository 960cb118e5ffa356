/** The phases of a run as a bar chart for a terminal: where its time went, the time of no phase among it. */
import type {RunReport} from '../../progress/index.ts';
import {bar} from '../output/bar.ts';
import {durationText} from '../output/human.ts';
import {dim, green, red} from '../output/style.ts';
import {type Column, table} from '../output/table.ts';
import {bytesRateText, countText, percentText, rateText} from './progress-words.ts';

/** What all columns but the bar take, about. */
const OTHER_COLUMNS = 76;
const [LEAST_BAR, MOST_BAR] = [8, 32];
/** In a pipe. */
const USUAL_BAR = 20;
const UNCLAIMED = '(no phase)';
const UNKNOWN = '—';

interface Row {
  readonly name: string;
  readonly ms: number | null;
  readonly share: number | null;
  readonly cells: readonly string[];
}

/** A row per phase in the order in which they began, then the time of none. No line is wider than `room`. */
export function progressChart(run: RunReport, room: number | undefined): Promise<string> {
  const rows = rowsOf(run);
  const width =
    room === undefined ? USUAL_BAR : Math.min(MOST_BAR, Math.max(LEAST_BAR, room - OTHER_COLUMNS));
  const hasErrors = run.phases.some(({errors}) => errors > 0);
  const columns: Column[] = [
    {title: 'PHASE', least: 6},
    {title: 'SHARE', align: 'right'},
    {title: '', least: 4, paint: (cell, row) => (rows[row]?.name === UNCLAIMED ? dim(cell) : green(cell))},
    {title: 'TIME', align: 'right'},
    {title: 'COUNT', align: 'right'},
    ...(hasErrors ? [{title: 'ERRORS', align: 'right', paint: red} as const] : []),
    {title: 'P50', align: 'right'},
    {title: 'P95', align: 'right'},
    {title: 'MAX', align: 'right'},
    {title: 'ROWS/S', align: 'right'},
    {title: 'BYTES/S', align: 'right'},
  ];
  return table(
    columns,
    rows.map(({name, ms, share, cells: [count = '', errors = '', ...more]}) => [
      name,
      share === null ? UNKNOWN : percentText(share),
      bar(share ?? 0, width).padEnd(width),
      ms === null ? UNKNOWN : durationText(ms),
      count,
      ...(hasErrors ? [errors] : []),
      ...more,
    ]),
    room,
  );
}

function rowsOf(run: RunReport): Row[] {
  const phases = run.phases.map(phase => ({
    name: phase.phase,
    ms: phase.wall_ms,
    share: phase.share,
    cells: [
      countText(phase.count),
      phase.errors === 0 ? '' : countText(phase.errors),
      ...[phase.span_ms?.p50, phase.span_ms?.p95, phase.span_ms?.max].map(ms =>
        ms === undefined ? UNKNOWN : durationText(Math.round(ms)),
      ),
      phase.rows_per_sec === null ? UNKNOWN : rateText(phase.rows_per_sec),
      phase.bytes_per_sec === null ? UNKNOWN : bytesRateText(phase.bytes_per_sec),
    ],
  }));
  return [...phases, {name: UNCLAIMED, ms: run.unclaimed_ms, share: run.unclaimed_share, cells: []}];
}
