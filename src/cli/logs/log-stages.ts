/** From what is asked for to the stages that the records of a log go through. */
import {parsePattern} from '../../base/index.ts';
import {
  inTurn,
  type LogEntry,
  type LogFilter,
  type LogStage,
  MatchingLines,
  mayHold,
  needleOf,
  PlainLines,
  type UnseenLines,
} from '../../jobs/index.ts';
import type {LogRequest} from './log-request.ts';

export interface StageOptions {
  readonly isFollowed?: boolean;
  /** Goes before all others. */
  readonly unseen?: UnseenLines | undefined;
  /** So many of the first lines (with --json records) are left out, of those that match where some are looked for. */
  readonly skip?: number | undefined;
}

export interface LogStages {
  /** Undefined where all that the filter lets through is printed. */
  readonly stage: LogStage | undefined;
  /** Which chunks of the journal have to be parsed; undefined for all. */
  readonly mayHold: ((chunk: Buffer) => boolean) | undefined;
}

export function logStages(
  request: LogRequest,
  {kinds}: LogFilter,
  {isFollowed = false, unseen, skip}: StageOptions,
): LogStages {
  const {grep, plain, mode} = request;
  const matching = grep && new MatchingLines({...grep, skip});
  const cut = skip === undefined ? undefined : mode === 'json' ? new LaterRecords(skip) : laterLines(skip);
  const stages = [unseen, plain ? new PlainLines(isFollowed) : undefined, matching ?? cut].filter(
    stage => stage !== undefined,
  );
  const needle = grep?.pattern.literal === undefined ? undefined : needleOf(grep.pattern.literal);
  const isSearch = grep?.context === 0 && !plain && unseen === undefined && !kinds.has('status');
  return {
    stage: stages.length === 0 ? undefined : inTurn(stages),
    mayHold:
      isSearch && needle !== undefined && matching !== undefined
        ? chunk => matching.hasOpen || mayHold(chunk, needle)
        : undefined,
  };
}

/** Whether a record is the end of what `-n` counts. */
export function isCounted({isFound}: LogEntry, {grep, mode}: LogRequest): boolean {
  return isFound === true || (mode === 'json' && grep === undefined);
}

function laterLines(skip: number): LogStage {
  return new MatchingLines({pattern: parsePattern('', '--grep'), context: 0, skip});
}

class LaterRecords implements LogStage {
  #skip: number;

  constructor(skip: number) {
    this.#skip = skip;
  }

  take(entries: readonly LogEntry[]): readonly LogEntry[] {
    const skipped = Math.min(this.#skip, entries.length);
    this.#skip -= skipped;
    return entries.slice(skipped);
  }

  end(): readonly LogEntry[] {
    return [];
  }
}
