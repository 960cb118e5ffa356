/** The statistics of a job for people. */
import {counted, visible} from '../../base/index.ts';
import {
  type PhaseStatistics,
  RUNS_THAT_TELL,
  type RunningNow,
  type Spread,
  type StatisticsOfJob,
} from '../../jobs/index.ts';
import {durationText, shortDuration} from '../output/human.ts';
import {bold} from '../output/style.ts';
import {table} from '../output/table.ts';
import {terminalSize} from '../output/terminal.ts';
import {phaseText} from '../progress/progress-words.ts';

/** What `stats` prints. */
export async function statisticsText(statistics: StatisticsOfJob): Promise<string> {
  const {name, runs, outcomes, duration_secs, cpu_secs, flaky, phases, running} = statistics;
  const counts = Object.entries(outcomes).map(([status, count]) => `${count} ${status}`);
  const lines = [
    `${bold(visible(name))}   ${counted(runs, 'run')}: ${counts.join(', ')}\n`,
    fact('takes', duration_secs === null ? 'not known: no run completed' : spreadText(duration_secs)),
    ...(cpu_secs === null ? [] : [fact('cpu', `${spreadText(cpu_secs)}`)]),
    fact('flaky', FLAKY[String(flaky) as keyof typeof FLAKY]),
    ...running.map(each => fact('now', runningText(each, phases))),
  ];
  return phases.length === 0 ? lines.join('') : `${lines.join('')}\n${await phaseTable(phases)}`;
}

const FLAKY = {
  true: 'yes: the same command both completed and failed on the same commit',
  false: 'no: on the same commit it always ended alike',
  null: 'not known: no commit without changes was run more than once',
} as const;

/** `4m 10s, 95% within 6m, at most 7m, in 12 runs`; of few runs only what they took: `4m 10s to 7m, in 3 runs`. */
export function spreadText(spread: Spread): string {
  const {runs, p50, p95, max} = spread;
  const ofRuns = `in ${counted(runs, 'run')}`;
  if (runs < RUNS_THAT_TELL) return `${rangeText(spread, ' to ')}, ${ofRuns}`;
  const [usual, most, longest] = [p50, p95, max].map(secs => durationText(secs * 1000));
  return `${usual}, 95% within ${most}, at most ${longest}, ${ofRuns}`;
}

function rangeText({min, max}: Spread, to: string): string {
  const [least, most] = [min, max].map(secs => durationText(secs * 1000));
  return least === most ? String(least) : `${least}${to}${most}`;
}

function fact(name: string, value: string): string {
  return `  ${name.padEnd(10)} ${value}\n`;
}

/** `3fa9c1 since 5m 3s, longer than 80% of those that completed; in embed for 2m, usually 40s`. */
function runningText(now: RunningNow, phases: readonly PhaseStatistics[]): string {
  const {duration_secs, phase, phase_secs, eta_secs, quiet_secs, stalled} = now;
  const each = phases.find(known => known.phase === phase)?.each_secs;
  const usual = each ? `, usually ${spreadText(each)}` : '';
  return [
    `${now.invocation_id.slice(0, 6)} ${now.status}`,
    duration_secs === null ? ', nobody knows for how long' : ` for ${durationText(duration_secs * 1000)}`,
    longerText(now),
    phase === null || phase_secs === null
      ? ''
      : `; in ${visible(phaseText(phase))} for ${durationText(phase_secs * 1000)}${usual}`,
    eta_secs === null ? '' : `; ETA ${shortDuration(eta_secs * 1000)}`,
    stalled && quiet_secs !== null ? `; stalled, nothing moved for ${durationText(quiet_secs * 1000)}` : '',
  ].join('');
}

/** `, longer than 80% of the 20 that completed`; of few the number. */
function longerText({longer_than, completed_runs}: RunningNow): string {
  if (longer_than === null) return '';
  const share =
    completed_runs < RUNS_THAT_TELL
      ? Math.round(longer_than * completed_runs)
      : `${Math.floor(longer_than * 100)}%`;
  return `, longer than ${share} of the ${completed_runs} that completed`;
}

function phaseTable(phases: readonly PhaseStatistics[]): Promise<string> {
  const right = (title: string) => ({title, align: 'right'}) as const;
  const time = (secs: number) => durationText(secs * 1000);
  const isTold = phases.some(({runs}) => runs >= RUNS_THAT_TELL);
  const usual = (...cells: string[]) => (isTold ? cells : []);
  return table(
    [
      {title: '  PHASE', least: 10},
      right('RUNS'),
      right('LEAST'),
      ...usual('USUALLY', '95%').map(right),
      right('MOST'),
      right('EACH TIME'),
      right('SHARE'),
    ],
    phases.map(({phase, runs, secs, each_secs, share}) => [
      `  ${phaseText(phase)}`,
      String(runs),
      time(secs.min),
      ...usual(...[secs.p50, secs.p95].map(each => (runs < RUNS_THAT_TELL ? UNTOLD : time(each)))),
      time(secs.max),
      each_secs === null ? UNTOLD : eachText(each_secs),
      `${Math.round(share * 100)}%`,
    ]),
    terminalSize()?.columns,
  );
}

const UNTOLD = '—';

/** What is usual, or of few runs from the least to the most. */
function eachText(each: Spread): string {
  return each.runs < RUNS_THAT_TELL ? rangeText(each, '–') : durationText(each.p50 * 1000);
}
