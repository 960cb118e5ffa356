import {PROGRESS_FIELDS, PROGRESS_SCHEMA, type ProgressFields, type SubPhase} from './record.ts';
import type {ProgressLabels} from './sink.ts';

export interface RecordHead {
  readonly event: string;
  readonly phase: string;
  readonly subPhase: SubPhase;
  /** Unix milliseconds. */
  readonly tsMs: number;
  /** Milliseconds since the run began. */
  readonly elapsedMs: number | undefined;
  readonly runId: string;
  readonly seq: number | undefined;
  readonly pid: number;
  readonly labels: ProgressLabels;
  readonly rssMib: number | undefined;
}

/** One record as a line without its end, keys in the format's order; what is not known is left out. Throws what `JSON.stringify` throws. */
export function recordLine(head: RecordHead, fields: ProgressFields): string {
  const record: Record<string, unknown> = {
    schema: PROGRESS_SCHEMA,
    event: head.event,
    phase: head.phase,
    sub_phase: head.subPhase,
    ts_ms: head.tsMs,
    elapsed_ms: head.elapsedMs,
    run_id: head.runId,
    seq: head.seq,
    pid: head.pid,
    ...head.labels,
    rss_mib: head.rssMib,
  };
  for (const key of PROGRESS_FIELDS) record[key] = fields[key] ?? undefined;
  return JSON.stringify(record);
}
