/** What is shown of a worker while it works: a few lines that stay in their places, then the chart. */
import {visible} from '../../base/index.ts';
import type {RowsReport, RunReport} from '../../progress/index.ts';
import {bar} from '../output/bar.ts';
import {clockTime, durationText} from '../output/human.ts';
import {bold, dim, green, statusStyle, yellow} from '../output/style.ts';
import {cutTo, textWidths} from '../output/text-width.ts';
import type {Standing} from './progress-reading.ts';
import {
  countText,
  lengthText,
  momentText,
  openText,
  percentText,
  rangeText,
  rateText,
  rowsText,
} from './progress-words.ts';

function currentRun({report: {runs, current_run}}: Standing): RunReport | undefined {
  return current_run === null ? undefined : runs[current_run];
}

/** For a terminal with so many columns; `doing` is what the job does, in words, if that does not move; `chart` draws the run below the rest. */
export async function screenText(
  standing: Standing,
  doing: string | undefined,
  room: number,
  chart: (run: RunReport, room: number) => Promise<string>,
): Promise<string> {
  const {name, at} = standing;
  const run = currentRun(standing);
  if (run === undefined) return `${visible(name)}  waiting for progress\n`;
  const {symbol, paint} = statusStyle(run.outcome === 'running' ? 'running' : 'completed');
  const does = doing === undefined ? '' : `${doing} · `;
  const [open, rows, rate] = [run.open.at(-1), run.rows, rateOf(standing)];
  const width = Math.max(8, Math.min(40, room - 50));
  const lines: (readonly [string, (text: string) => string])[] = [
    [
      `${visible(name)}  ${symbol} ${does}${lengthText(run.elapsed_ms)}`,
      text => (doing === undefined ? paint : yellow)(bold(text)),
    ],
    [open === undefined ? betweenText(run, at) : `in ${openText(open, at)}`, same],
    [rows === null ? '' : `${barText(rows, width)}${ofPhaseText(run)}`, green],
    [[rate, leftText(run, at)].filter(text => text !== '').join(' · '), same],
    [run.last.note === null ? '' : visible(run.last.note), dim],
  ];
  const widthOf = await textWidths(lines.map(([text]) => text));
  const head = lines
    .filter(([text], line) => text !== '' || line === 0)
    .map(([text, style]) => `${style(cutTo(room, text, widthOf))}\n`);
  return `${head.join('')}\n${await chart(run, room)}`;
}

/** One line, for a pipe. */
export function lineText(standing: Standing, doing: string | undefined): string {
  const run = currentRun(standing);
  if (run === undefined) return '';
  const open = run.open.at(-1);
  const batch = open === undefined || open.batch_index === null ? '' : ` batch ${open.batch_index}`;
  const parts = [
    `${momentText(run.last.at_ms, standing.at)} ${visible(open?.phase ?? run.last.event)}${batch}`,
    run.rows === null ? '' : `${rowsText(run.rows)}${ofPhaseText(run)}`,
    rateOf(standing),
    doing ?? '',
    run.eta === null ? '' : `about ${durationText(run.eta.remaining_ms)} left`,
    run.last.note === null ? '' : visible(run.last.note),
  ];
  return `${parts.filter(part => part !== '').join('  ')}\n`;
}

function same(text: string): string {
  return text;
}

function betweenText(run: RunReport, at: number): string {
  if (run.outcome !== 'running') return run.outcome;
  return `in no phase since ${visible(run.last.event)} at ${momentText(run.last.at_ms, at)}`;
}

/** Which phase has the rows, where that is not the one that is shown. */
function ofPhaseText({rows, phase}: RunReport): string {
  return rows === null || rows.phase === phase ? '' : ` in ${visible(rows.phase)}`;
}

function barText({processed, total, ...more}: RowsReport, width: number): string {
  if (processed === null || total === null) return `${rowsText({processed, total, ...more})} rows`;
  const share = total > 0 ? processed / total : 0;
  return `${bar(share, width).padEnd(width, '░')} ${percentText(share)}  ${countText(processed)} of ${countText(total)} rows`;
}

function rateOf({now}: Standing): string {
  const rate = now?.rows_per_sec;
  return rate === undefined || rate === null ? '' : `${rateText(rate)} rows/s`;
}

function leftText({eta}: RunReport, at: number): string {
  if (eta === null) return '';
  const until = eta.at_ms === null ? '' : `, until ${clockTime(eta.at_ms, at)}`;
  return `about ${durationText(eta.remaining_ms)}${rangeText(eta.range_ms)} left${until}`;
}
