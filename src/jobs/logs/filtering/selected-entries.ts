/** Reads of a journal what is printed of it, in memory that does not depend on how long it is. */
import {readLines, splitLines} from '../../../journal/index.ts';
import type {LogFilter} from '../log-filter.ts';
import {entriesOf, type LogEntry} from '../log-record.ts';
import {chunksBetween} from './chunks-between.ts';
import type {LogStage} from './log-stage.ts';
import {WantedEntries} from './wanted-entries.ts';

export interface SelectedLog {
  readonly journal: string;
  readonly filter: LogFilter;
  readonly stage?: LogStage | undefined;
  /** Which chunks need not be looked at, where that can be told from their bytes. */
  readonly mayHold?: ((chunk: Buffer) => boolean) | undefined;
}

/** What is there now, batch by batch, each of at least one record. */
export function* selectedEntries({
  journal,
  filter,
  stage,
  mayHold,
}: SelectedLog): Generator<readonly LogEntry[]> {
  const wanted = new WantedEntries(filter);
  for (const lines of linesOf(journal, filter, mayHold)) {
    const entries = wanted.take(entriesOf(lines));
    const selected = stage === undefined ? entries : stage.take(entries);
    if (selected.length > 0) yield selected;
    if (wanted.isPast) break;
  }
  const rest = stage?.end() ?? [];
  if (rest.length > 0) yield rest;
}

function* linesOf(
  journal: string,
  {from, to}: LogFilter,
  mayHold: SelectedLog['mayHold'],
): Generator<readonly string[]> {
  if (mayHold === undefined) {
    yield* readLines(journal, {from});
    return;
  }
  for (const chunk of chunksBetween(journal, from, to + 1)) if (mayHold(chunk)) yield splitLines(chunk);
}
