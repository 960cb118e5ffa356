/**
 * How far a job is that is not closed, told by whoever can read its directory: from what it reported, and from
 * when it last wrote anything. A heartbeat does not count, nor what a coordinator writes. What a job does to its own files
 * never breaks a list: where they cannot be read, it did not report.
 */
import {statSync} from 'node:fs';
import {join} from 'node:path';

import {beforeEnd, type Stretch} from '../../base/index.ts';
import {
  type EtaReport,
  MovementDetector,
  ProgressAnalysis,
  type ProgressNow,
  type ProgressRecord,
} from '../../progress/index.ts';
import {JOB_FILES} from '../adapters/index.ts';
import {type ProgressTail, readProgressTail} from './progress-tail.ts';

export interface PresentProgress {
  /** It reported more than is read, and no coordinator has got so far: where it stands is not known. */
  readonly isOutOfReach: boolean;
  /** Where the newest run stands; undefined for a job that never reported, and for one that is out of reach. */
  readonly now: ProgressNow | undefined;
  readonly eta: EtaReport | undefined;
  /** When it last moved or printed something, Unix milliseconds; undefined where nothing tells. */
  readonly movedAt: number | undefined;
  /** Where nothing but heartbeats is in the tail: when they begin. It may have moved later than `movedAt`, but before that. */
  readonly onlyBeatsSince: number | undefined;
}

export interface PresentProgressOptions {
  /** Unix milliseconds: nothing that it reported is older. */
  readonly submittedAt: number;
  /** From its start until now, while its command runs; undefined once it has ended. */
  readonly ran: Stretch | undefined;
}

export function presentProgress(
  directory: string,
  {submittedAt, ran}: PresentProgressOptions,
): PresentProgress {
  const printedAt = latest([JOB_FILES.out, JOB_FILES.err].map(name => writtenAt(join(directory, name))));
  const tail = readProgressTail(directory);
  const first = tail?.records[0] ?? tail?.before[0];
  if (tail === undefined || first === undefined)
    return {
      isOutOfReach: false,
      now: undefined,
      eta: undefined,
      movedAt: printedAt,
      onlyBeatsSince: undefined,
    };
  const reportedAt = lastMovement(tail);
  return {
    isOutOfReach: !tail.isWhole,
    ...whereItStands(tail, submittedAt, ran),
    movedAt: latest([printedAt, reportedAt]),
    onlyBeatsSince: reportedAt === undefined ? Math.min(first.ts_ms, tail.writtenAt) : undefined,
  };
}

function whereItStands(
  tail: ProgressTail,
  from: number,
  ran: Stretch | undefined,
): Pick<PresentProgress, 'now' | 'eta'> {
  if (!tail.isWhole) return {now: undefined, eta: undefined};
  const {writtenAt} = tail;
  const live = {isMoving: ran !== undefined};
  const now = nowOfWriter(tail, ran);
  const analysis = new ProgressAnalysis({from, to: () => writtenAt});
  for (const record of tail.before) analysis.add(record);
  for (const record of tail.records) analysis.add(record);
  const stands = analysis.now(now, live);
  const {runs, current_run} = analysis.report(now, live);
  const eta = current_run === null ? null : runs[current_run]?.eta;
  if (eta == null || ran === undefined || now === undefined) return {now: stands, eta: undefined};
  return {now: stands, eta: {...eta, at_ms: eta.at_ms === null ? null : eta.at_ms + ran.to - now}};
}

/** Now, as the wall clock would tell it that its last record was written by: it may have been set since. */
function nowOfWriter({writtenAt}: ProgressTail, ran: Stretch | undefined): number | undefined {
  const age = ran === undefined ? undefined : beforeEnd(writtenAt, ran);
  return age === undefined ? undefined : writtenAt + age;
}

/**
 * When the worker last reported that it got on. The file's own time is believed before the writer's clock. Undefined
 * where the tail holds nothing but heartbeats.
 */
function lastMovement({records, isTorn, writtenAt}: ProgressTail): number | undefined {
  if (records.length === 0) return writtenAt;
  const movement = new MovementDetector();
  const kinds = new Set<string>();
  let last: ProgressRecord | undefined;
  for (const record of records) {
    const kind = JSON.stringify([record.run_id, record.event, record.phase]);
    const isNew = !kinds.has(kind);
    kinds.add(kind);
    // What stood before the tail is not known, so the first of a kind may as well repeat it.
    const isUnknown = isTorn && isNew && record.sub_phase === 'progress';
    if (movement.isMovement(record) && !isUnknown) last = record;
  }
  if (last !== undefined && last === records.at(-1)) return writtenAt;
  return last === undefined ? undefined : Math.min(last.ts_ms, writtenAt);
}

function writtenAt(path: string): number | undefined {
  const stats = statSync(path, {throwIfNoEntry: false});
  return stats === undefined || stats.size === 0 ? undefined : Math.round(stats.mtimeMs);
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter(time => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
