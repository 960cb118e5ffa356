/** A progress report for people. */
import {plural, sizeText, visible} from '../../base/index.ts';
import type {ProgressReport, RunReport, UnclaimedTime} from '../../progress/index.ts';
import {clockTime, durationText} from '../output/human.ts';
import {bold, dim, statusStyle, yellow} from '../output/style.ts';
import {cutTo, textWidths} from '../output/text-width.ts';
import {progressChart} from './progress-chart.ts';
import type {Doing} from './progress-text.ts';
import {
  basisText,
  countText,
  etaText,
  lastText,
  lengthText,
  openText,
  outcomeText,
  percentText,
  rowsText,
} from './progress-words.ts';

export interface ReportView {
  /** What it is of. */
  readonly name: string;
  /** Whether more may come; undefined where nobody knows. */
  readonly mayGoOn: boolean | undefined;
  /** What its job does, if that does not move: told of the run that stands for it. */
  readonly doing: Doing | undefined;
  /** Unix milliseconds. */
  readonly now: number;
  /** Columns of the terminal, if it is one. */
  readonly room: number | undefined;
}

/** So many of the open phases are told, and of the gaps between phases. */
const MOST_TOLD = 5;

/** All runs, one below the other. No line is wider than the room. */
export async function reportText(report: ProgressReport, view: ReportView): Promise<string> {
  const parts: string[] = [];
  if (report.earlier_runs > 0)
    parts.push(
      `${countText(report.earlier_runs)} earlier ${plural(report.earlier_runs, 'run is', 'runs are')} not shown\n`,
    );
  for (const [at, run] of report.runs.entries()) {
    // Only the last one can go on.
    const mayGoOn = at === report.runs.length - 1 ? view.mayGoOn : run.open.length > 0 ? view.mayGoOn : false;
    const doing = at === report.current_run ? view.doing : doingOfOther(view.doing);
    parts.push(await runText(run, {...view, mayGoOn, doing}));
  }
  const {lines, bytes} = report.skipped;
  if (lines > 0)
    parts.push(
      `${countText(lines)} ${plural(lines, 'line')} (${sizeText(bytes)}) of the file ${plural(lines, 'is', 'are')} no progress record and ${plural(lines, 'was', 'were')} left out\n`,
    );
  return parts.join('\n');
}

async function runText(run: RunReport, view: ReportView): Promise<string> {
  const {now, room} = view;
  const name = visible(view.name);
  const doing = doingInRun(run, view);
  const {symbol, paint} = statusStyle(isCutOff(run, view) ? 'crashed' : STATUS[run.outcome]);
  const head = `${symbol} ${doing?.text ?? outcomeText(run, view.mayGoOn)} · ${lengthText(run.elapsed_ms)} · ${countText(run.records)} ${plural(run.records, 'record')}`;
  const facts: [string, string | undefined][] = [
    ['run', identityText(run)],
    ['began', run.started_at_ms === null ? undefined : clockTime(run.started_at_ms, now)],
    ['error', run.error === null ? undefined : visible(run.error)],
    ...openFacts(run, view),
    ['rows', run.rows === null ? undefined : `${rowsText(run.rows)} in ${visible(run.rows.phase)}`],
    ['left', run.eta === null ? undefined : etaText(run.eta, now)],
    ['', run.eta === null ? undefined : `because ${basisText(run.eta)}`],
    ...gapFacts(run),
    ['memory', run.rss_peak_mib === null ? undefined : `${countText(run.rss_peak_mib)} MiB at most`],
    ['clock', run.clock_jumps === 0 ? undefined : jumpsText(run.clock_jumps)],
    ['last', lastText(run.last, now)],
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${name.padEnd(9)}  ${value}`],
  );
  const [title = '', ...told] = await cut([`${name}  ${head}`, ...lines], room);
  return [
    bold(title.slice(0, name.length)) + (doing === undefined ? paint : yellow)(title.slice(name.length)),
    ...told.map(line => dim(line.slice(0, 13)) + line.slice(13)),
    '',
    await progressChart(run, room),
  ].join('\n');
}

/** Of a run that is over its end is told, of one that goes on what its job does. */
function doingInRun({outcome}: RunReport, {doing, mayGoOn}: ReportView): Doing | undefined {
  const isTold = outcome === 'running' || doing?.activity === 'complete';
  return mayGoOn === true && isTold ? doing : undefined;
}

/** Where the job is stalled, its other runs are as well. */
function doingOfOther(doing: Doing | undefined): Doing | undefined {
  return doing?.activity === 'stalled' ? {...doing, text: 'stalled'} : undefined;
}

const STATUS = {
  running: 'running',
  complete: 'completed',
  cancelled: 'cancelled',
  error: 'failed',
  unfinished: 'crashed',
} as const;

function identityText({run_id, pid, labels}: RunReport): string | undefined {
  const told = [
    ...(run_id === null ? [] : [visible(run_id)]),
    ...(pid === null ? [] : [`pid ${pid}`]),
    ...Object.entries(labels).map(([key, value]) => visible(`${key}=${value}`)),
  ];
  return told.length === 0 ? undefined : told.join('  ');
}

/** Ended without saying so: the open phases were left open, and nobody told for how long they went on. */
function isCutOff({outcome}: RunReport, {mayGoOn}: ReportView): boolean {
  return outcome === 'unfinished' || (outcome === 'running' && mayGoOn === false);
}

function openFacts(run: RunReport, view: ReportView): [string, string][] {
  const {open, outcome} = run;
  if (outcome !== 'running' && outcome !== 'unfinished') return [];
  const told = open.slice(-MOST_TOLD);
  const more = open.length > told.length ? [`and ${open.length - told.length} more, opened before`] : [];
  const texts = [...told.map(each => openText(each, view.now)), ...more];
  const heading = isCutOff(run, view) ? 'left open' : 'open now';
  return texts.map((text, at) => [at === 0 ? heading : '', text]);
}

/** Where the time lies in which no phase was open, as far as it matters. */
function gapFacts({unclaimed_between, unclaimed_ms, unclaimed_share}: RunReport): [string, string][] {
  if (unclaimed_ms === null || unclaimed_share === null || unclaimed_share < 0.01) return [];
  const told = unclaimed_between.slice(0, MOST_TOLD).filter(({ms}) => ms !== null && ms >= unclaimed_ms / 20);
  if (told.length === 0) return [];
  const head = `${durationText(unclaimed_ms)} (${percentText(unclaimed_share)}), in which no phase was open; most of it:`;
  return [['no phase', head], ...told.map((gap): [string, string] => ['', gapText(gap)])];
}

function gapText({after, before, count, ms}: UnclaimedTime): string {
  const where = [
    after === null ? 'from the start of the run' : `after ${visible(after)}`,
    before === null ? 'to its end' : `before ${visible(before)}`,
  ];
  return `${lengthText(ms)} ${where.join(', ')}${count === 1 ? '' : ` (${countText(count)} times)`}`;
}

function jumpsText(jumps: number): string {
  return `the clock of the writer jumped ${jumps === 1 ? 'once' : `${countText(jumps)} times`}; elapsed_ms is believed where nothing speaks against it`;
}

async function cut(lines: readonly string[], room: number | undefined): Promise<readonly string[]> {
  if (room === undefined) return lines;
  const widthOf = await textWidths(lines);
  return lines.map(line => cutTo(room, line, widthOf));
}
