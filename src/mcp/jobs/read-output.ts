/**
 * What a job wrote, for an agent: without what steers a terminal, of what was drawn anew the last state, the last lines first,
 * and only so much. How far it was read is told by a cursor that whoever reads keeps; nothing is remembered here.
 */
import {setImmediate as turn} from 'node:timers/promises';

import type {Pattern} from '../../base/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {
  filterUnseen,
  inTurn,
  isBeyond,
  isClosing,
  LastBytes,
  type LogEntry,
  type LogFilter,
  type LogStage,
  MatchingLines,
  mayHold,
  needleOf,
  PlainLines,
  parseRecord,
  selectedEntries,
  tailOf,
  UnseenLines,
  wholeLog,
} from '../../jobs/index.ts';
import {readLastLines} from '../../journal/index.ts';
import {type Cursor, cursorText, parseCursor} from './cursor.ts';
import {ReadSoFar} from './read-so-far.ts';
import {unfinishedLine} from './unfinished-line.ts';

export interface OutputWish {
  /** Of what fits only the last so many lines. */
  readonly tail: number;
  /** Only what is behind that cursor. */
  readonly since?: string | undefined;
  readonly stream?: 'stdout' | 'stderr' | undefined;
  readonly grep?: {readonly pattern: Pattern; readonly context: number} | undefined;
  /** Of what fits only the last so many bytes. */
  readonly maxBytes: number;
}

export interface ReadOutput {
  /** Whole lines, each with its end; where not even the last fits, the end of that. */
  readonly text: string;
  /** Behind all that was read, for the next time. */
  readonly cursor: string;
  /** How many lines that fit were left out before these. */
  readonly leftOut: number;
  /** The cursor was of another log: all of this one is new. */
  readonly isAnother: boolean;
  /** What stands behind these without an end by now, and comes again once it has one. */
  readonly unfinished: string;
}

/** Rejects with `USAGE` for a cursor that is none, and where a pattern is given up. */
export async function readOutput(job: ListedJob, wish: OutputWish): Promise<ReadOutput> {
  const {journal} = job;
  const lastLine = readLastLines(journal, 1)[0] ?? '';
  const isOver = isClosing(lastLine);
  const last = parseRecord(lastLine)?.seq ?? -1;
  const given = wish.since === undefined ? undefined : parseCursor(wish.since);
  const isAnother = given !== undefined && isOver && isBeyond({...given}, last);
  const seen = isAnother ? NOTHING : given;
  const {filter, before} = partOf(journal, wish, seen, last);
  const so = new ReadSoFar(seen ?? NOTHING, last, isOver);
  const stage = stageOf(wish, seen !== undefined, isOver);
  const read = await lastOf(watched(journal, filter, stage, so, wish), wish);
  return {
    text: read.text,
    leftOut: read.leftOut + (read.text === '' ? 0 : before),
    cursor: cursorText(so.cursor(filter)),
    isAnother,
    unfinished: isOver ? '' : unfinishedLine(job, lastLine, wish.stream),
  };
}

const NOTHING: Cursor = {stdout: -1, stderr: -1};

interface Part {
  readonly filter: LogFilter;
  /** Records that fit and are not read, about as many lines. */
  readonly before: number;
}

/** Without a pattern only the end of what fits is read, however long it is: each line takes at least a byte of those that are wanted. */
function partOf(
  journal: string,
  {tail, stream, grep, maxBytes}: OutputWish,
  seen: Cursor | undefined,
  last: number,
): Part {
  const kinds = new Set(stream === undefined ? ['stdout', 'stderr'] : [stream]);
  const whole = {...wholeLog({status: false}), kinds, to: last};
  const all = seen === undefined ? whole : filterUnseen(whole, {...seen});
  if (grep !== undefined) return {filter: all, before: 0};
  const count = Math.min(tail, maxBytes);
  // Of the other stream there may be any number between the lines of one.
  const bound = stream === undefined ? {mostRecords: count + MOST_PIECES} : {};
  const {filter} = tailOf(journal, all, count, bound);
  const first = Math.max(all.from, 1); // record 0 tells the start
  return {filter: {...filter, to: last}, before: Math.max(0, filter.from - first)};
}

/** Records of a line that is too long to be of use. */
const MOST_PIECES = 64;

/** A line that is not whole is told at the end of all, and with a cursor once it is whole. */
function stageOf({grep}: OutputWish, isUnseen: boolean, isOver: boolean): LogStage {
  const stages = [
    ...(isUnseen ? [new UnseenLines(isOver)] : []),
    new PlainLines(false),
    ...(grep === undefined ? [] : [new MatchingLines(grep)]),
  ];
  return inTurn(stages);
}

/** What the stage lets through, while `so` sees what is read. */
function watched(
  journal: string,
  filter: LogFilter,
  stage: LogStage,
  so: ReadSoFar,
  {grep, since}: OutputWish,
): Iterable<readonly LogEntry[]> {
  const literal = since === undefined && grep?.context === 0 ? grep.pattern.literal : undefined;
  const needle = literal === undefined ? undefined : needleOf(literal);
  const seeing: LogStage = {
    take: entries => {
      so.take(entries);
      return stage.take(entries);
    },
    end: () => stage.end(),
  };
  // A line may go on behind a chunk that is passed over, or be steered there: only where nothing can hold it is it.
  const canHold = needle === undefined ? undefined : (chunk: Buffer) => so.hasOpen || mayHold(chunk, needle);
  return selectedEntries({journal, filter, stage: seeing, mayHold: canHold});
}

/** A turn for the other calls after so long. */
const SLICE_MS = 40;

async function lastOf(
  batches: Iterable<readonly LogEntry[]>,
  {tail, maxBytes}: OutputWish,
): Promise<Pick<ReadOutput, 'text' | 'leftOut'>> {
  const kept = new LastBytes(maxBytes);
  let since = performance.now();
  for (const entries of batches) {
    for (const {record} of entries) kept.write(`${String(record.data)}\n`);
    if (performance.now() - since < SLICE_MS) continue;
    await turn();
    since = performance.now();
  }
  const {text, leftOut} = kept.end(true);
  return lastLines(text.toString(), tail, leftOut?.lines ?? 0);
}

function lastLines(text: string, tail: number, leftOut: number): Pick<ReadOutput, 'text' | 'leftOut'> {
  const lines = text.split('\n');
  lines.pop(); // behind the last end
  const kept = tail < lines.length ? lines.slice(lines.length - tail) : lines;
  return {text: kept.map(line => `${line}\n`).join(''), leftOut: leftOut + lines.length - kept.length};
}

/** The same within fewer bytes. */
export function cutOutput(output: ReadOutput, maxBytes: number): ReadOutput {
  const kept = new LastBytes(maxBytes);
  kept.write(output.text);
  const {text, leftOut} = kept.end(true);
  return {...output, text: text.toString(), leftOut: output.leftOut + (leftOut?.lines ?? 0)};
}

/** Of the records with these numbers what the job wrote, both ends with them. */
export async function readPart(
  {journal}: ListedJob,
  {from, to}: {readonly from: number; readonly to: number},
): Promise<string> {
  const filter = {...wholeLog({status: false}), from, to};
  const wish = {tail: Number.POSITIVE_INFINITY, maxBytes: PART_BYTES};
  return (await lastOf(selectedEntries({journal, filter, stage: new PlainLines(false)}), wish)).text;
}

const PART_BYTES = 1024 * 1024;
