/**
 * What the runs of a job tell about the next one: how long it takes, how it ends, where the time goes. Pure. Of runs that
 * did not complete only the end counts, since how long they took says nothing about one that does.
 */
import {keptProgress} from '../view/kept-progress.ts';

/** A run, as its row and its state tell it. */
export interface JobRun {
  readonly status: string;
  readonly command: string;
  readonly commit: string | null;
  /** Whether anything differed from the commit; null where that is not known. */
  readonly dirty: boolean | null;
  /** From its start to its end; null of one that never started or goes on, and where nobody can know. */
  readonly tookMs: number | null;
  /** Processor time; null of one that goes on, and where nobody can know. */
  readonly cpuMs: number | null;
  /** The summary of its progress, as the row keeps it. */
  readonly progress: string | null;
}

/** By nearest rank. Of under `RUNS_THAT_TELL` runs `p50` and `p95` tell less than the least and the most. */
export interface Spread {
  /** Of so many runs. */
  readonly runs: number;
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export const RUNS_THAT_TELL = 5;

export interface PhaseStatistics {
  readonly phase: string;
  /** In so many of the completed runs it occurred. */
  readonly runs: number;
  /** Seconds in which it was open, for each run. */
  readonly secs: Spread;
  /**
   * Seconds from its begin to its end (of a batch, say), on the average of a run, however many were open at once; null
   * where it never ended, and where no run kept that.
   */
  readonly each_secs: Spread | null;
  /** Of the time of all these runs. */
  readonly share: number;
}

export interface JobStatistics {
  readonly runs: number;
  /** How many runs have each status. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Of the runs that completed; null where none did. */
  readonly duration_secs: Spread | null;
  /** Processor time, of those that completed and of which it is known; null where that is none. */
  readonly cpu_secs: Spread | null;
  /** See `flakiness`. */
  readonly flaky: boolean | null;
  /** Of the runs that completed, the longest first. */
  readonly phases: readonly PhaseStatistics[];
}

/** What `stats --json` prints. */
export interface StatisticsOfJob extends JobStatistics {
  readonly name: string;
  readonly running: readonly RunningNow[];
}

/** A run that goes on. */
export interface RunningNow {
  readonly invocation_id: string;
  readonly attempt: number;
  readonly status: string;
  readonly duration_secs: number | null;
  /** The share of the completed runs that took less time than this one until now; null where none completed. */
  readonly longer_than: number | null;
  /** How many runs that is the share of. */
  readonly completed_runs: number;
  readonly phase: string | null;
  /** Since the phase was opened; null between phases. */
  readonly phase_secs: number | null;
  readonly eta_secs: number | null;
  readonly quiet_secs: number | null;
  readonly stalled: boolean;
}

export function jobStatistics(runs: readonly JobRun[]): JobStatistics {
  const completed = runs.filter(({status}) => status === 'completed');
  const outcomes: Record<string, number> = {};
  for (const {status} of runs) outcomes[status] = (outcomes[status] ?? 0) + 1;
  return {
    runs: runs.length,
    outcomes,
    duration_secs: spread(completed.flatMap(({tookMs}) => (tookMs === null ? [] : tookMs / 1000))),
    cpu_secs: spread(completed.flatMap(({cpuMs}) => (cpuMs === null ? [] : cpuMs / 1000))),
    flaky: flakiness(runs),
    phases: phaseStatistics(completed),
  };
}

/**
 * True where the same command on the same commit both completed and failed; false where some commit was run more than
 * once and they all agreed; null where that cannot be known. A checkout that differs from its commit tells nothing.
 */
export function flakiness(runs: readonly JobRun[]): boolean | null {
  const ends = new Map<string, {completed: number; failed: number}>();
  for (const {status, command, commit, dirty} of runs) {
    if (commit === null || dirty !== false || (status !== 'completed' && status !== 'failed')) continue;
    const key = JSON.stringify([commit, command]);
    const counts = ends.get(key) ?? {completed: 0, failed: 0};
    counts[status] += 1;
    ends.set(key, counts);
  }
  const counts = [...ends.values()];
  if (counts.some(({completed, failed}) => completed > 0 && failed > 0)) return true;
  return counts.some(({completed, failed}) => completed + failed > 1) ? false : null;
}

/** Null without any value. */
export function spread(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [min] = sorted;
  if (min === undefined) return null;
  return {runs: sorted.length, min, p50: rank(sorted, 0.5), p95: rank(sorted, 0.95), max: rank(sorted, 1)};
}

interface PhaseTimes {
  readonly secs: number[];
  readonly each: number[];
  elapsedSecs: number;
}

function phaseStatistics(runs: readonly JobRun[]): PhaseStatistics[] {
  const times = new Map<string, PhaseTimes>();
  for (const {progress} of runs) {
    const {phases = [], elapsed_ms = 0} = keptProgress(progress) ?? {};
    for (const {phase, count, wall_ms, ended_ms} of phases) {
      if (wall_ms === null || elapsed_ms === null) continue; // its clock could not be believed
      const of = times.get(phase) ?? {secs: [], each: [], elapsedSecs: 0};
      times.set(phase, of);
      of.secs.push(wall_ms / 1000);
      if (count > 0 && ended_ms != null) of.each.push(ended_ms / count / 1000);
      of.elapsedSecs += elapsed_ms / 1000;
    }
  }
  const phases = [...times].flatMap(([phase, {secs, each, elapsedSecs}]) => {
    const all = spread(secs);
    const share = elapsedSecs === 0 ? 0 : secs.reduce((sum, each) => sum + each, 0) / elapsedSecs;
    return all === null ? [] : [{phase, runs: secs.length, secs: all, each_secs: spread(each), share}];
  });
  return phases.sort((a, b) => b.secs.p50 - a.secs.p50);
}

function rank(sorted: readonly number[], q: number): number {
  return sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
}
