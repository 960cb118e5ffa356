/** The statistics of a job for people. */
import {counted} from '../../base/index.ts';
import type {PhaseStatistics, RunningNow, Spread, StatisticsOfJob} from '../../jobs/index.ts';
import {durationText, shortDuration} from '../output/human.ts';
import {bold} from '../output/style.ts';
import {table} from '../output/table.ts';
import {terminalSize} from '../output/terminal.ts';
import {visible} from '../output/visible.ts';
import {phaseText} from '../progress/progress-words.ts';

/** What `stats` prints. */
export async function statisticsText(statistics: StatisticsOfJob): Promise<string> {
  const {name, runs, outcomes, duration_secs, flaky, phases, running} = statistics;
  const counts = Object.entries(outcomes).map(([status, count]) => `${count} ${status}`);
  const lines = [
    `${bold(visible(name))}   ${counted(runs, 'run')}: ${counts.join(', ')}\n`,
    fact('takes', duration_secs === null ? 'not known: no run completed' : spreadText(duration_secs)),
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

/** `4m 10s, 95% within 6m, at most 7m`. */
export function spreadText({p50, p95, max}: Spread): string {
  const [usual, most, longest] = [p50, p95, max].map(secs => durationText(secs * 1000));
  return `${usual}, 95% within ${most}, at most ${longest}`;
}

function fact(name: string, value: string): string {
  return `  ${name.padEnd(10)} ${value}\n`;
}

/** `3fa9c1 since 5m 3s, longer than 80% of those that completed; in embed for 2m, usually 40s`. */
function runningText(now: RunningNow, phases: readonly PhaseStatistics[]): string {
  const {duration_secs, longer_than, phase, phase_secs, eta_secs, quiet_secs, stalled} = now;
  const each = phases.find(known => known.phase === phase)?.each_secs;
  const usual = each ? `, usually ${durationText(each.p50 * 1000)}` : '';
  return [
    `${now.invocation_id.slice(0, 6)} ${now.status}`,
    duration_secs === null ? ', nobody knows for how long' : ` for ${durationText(duration_secs * 1000)}`,
    longer_than === null ? '' : `, longer than ${Math.floor(longer_than * 100)}% of those that completed`,
    phase === null || phase_secs === null
      ? ''
      : `; in ${visible(phaseText(phase))} for ${durationText(phase_secs * 1000)}${usual}`,
    eta_secs === null ? '' : `; ETA ${shortDuration(eta_secs * 1000)}`,
    stalled && quiet_secs !== null ? `; stalled, nothing moved for ${durationText(quiet_secs * 1000)}` : '',
  ].join('');
}

function phaseTable(phases: readonly PhaseStatistics[]): Promise<string> {
  const right = (title: string) => ({title, align: 'right'}) as const;
  const time = (secs: number | undefined) => (secs === undefined ? '—' : durationText(secs * 1000));
  return table(
    [
      {title: '  PHASE', least: 10},
      right('USUALLY'),
      right('95%'),
      right('MOST'),
      right('EACH TIME'),
      right('SHARE'),
    ],
    phases.map(({phase, secs, each_secs, share}) => [
      `  ${phaseText(phase)}`,
      time(secs.p50),
      time(secs.p95),
      time(secs.max),
      time(each_secs?.p50),
      `${Math.round(share * 100)}%`,
    ]),
    terminalSize()?.columns,
  );
}
