/** What is left of a job's progress, for people, where its records are gone. */
import {counted, visible} from '../../base/index.ts';
import type {ProgressSummary} from '../../progress/index.ts';
import {bold, dim, statusStyle} from '../output/style.ts';
import {table} from '../output/table.ts';
import {countText, lengthText, ONLY_SUMMARY, outcomeText, phaseText, rowsText} from './progress-words.ts';

export interface SummaryView {
  /** What it is of. */
  readonly name: string;
  /** Whether more may come. */
  readonly mayGoOn: boolean;
  /** What its job does, in words, if that does not move. */
  readonly doing: string | undefined;
  /** Columns of the terminal, if it is one. */
  readonly room: number | undefined;
}

export async function summaryText(summary: ProgressSummary, view: SummaryView): Promise<string> {
  const {outcome, phase, rss_peak_mib: peak} = summary;
  const isCutOff = outcome === 'running' && !view.mayGoOn;
  const {symbol, paint} = statusStyle(isCutOff ? 'crashed' : STATUS[outcome]);
  const head = `${symbol} ${view.doing ?? outcomeText(summary, view.mayGoOn)} · ${lengthText(summary.elapsed_ms)}`;
  const facts: [string, string | undefined][] = [
    ['only', ONLY_SUMMARY],
    ['last', visible(phaseText(phase))],
    ['rows', rowsFact(summary)],
    ['no phase', summary.unclaimed_ms === 0 ? undefined : lengthText(summary.unclaimed_ms)],
    ['memory', peak === null ? undefined : `${countText(peak)} MiB at most`],
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === undefined ? [] : `  ${dim(name.padEnd(9))}  ${value}\n`,
  );
  const chart = await table(
    [
      {title: 'PHASE', least: 6},
      {title: 'COUNT', align: 'right'},
      {title: 'TIME', align: 'right'},
    ],
    summary.phases.map(({phase, count, wall_ms}) => [
      phaseText(phase),
      countText(count),
      lengthText(wall_ms),
    ]),
    view.room,
  );
  return `${bold(visible(view.name))}  ${paint(head)}\n${lines.join('')}${summary.phases.length === 0 ? '' : `\n${chart}`}`;
}

const STATUS = {
  running: 'running',
  unfinished: 'crashed',
  complete: 'completed',
  cancelled: 'cancelled',
  error: 'failed',
} as const;

function rowsFact(summary: ProgressSummary): string | undefined {
  const {rows_processed: done, rows_total: total, rows_phase: phase} = summary;
  if (done === null && total === null) return undefined;
  const rows = done !== null && total === null ? counted(done, 'row') : rowsText({processed: done, total});
  return phase == null ? rows : `${rows} in ${visible(phaseText(phase))}`;
}
