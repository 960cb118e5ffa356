/**
 * What a job wrote, for an agent: without what steers a terminal, of what was drawn anew the last state, the last lines first,
 * and only so much. How far it was read is told by a cursor that whoever reads keeps; nothing is remembered here.
 */
import {setImmediate as turn} from 'node:timers/promises';

import type {ListedJob} from '../../coordinator/reader/index.ts';
import {
  inTurn,
  isBeyond,
  isClosing,
  LastBytes,
  type LogEntry,
  type LogStage,
  MatchingLines,
  PlainLines,
  parseRecord,
  selectedEntries,
  UnseenLines,
  wholeLog,
} from '../../jobs/index.ts';
import {readLastLines} from '../../journal/index.ts';
import {type Cursor, cursorText, parseCursor} from './cursor.ts';
import {type OutputPart, type OutputWish, outputPart} from './output-part.ts';
import {ReadSoFar} from './read-so-far.ts';
import {unfinishedLine} from './unfinished-line.ts';

export interface ReadOutput {
  /** Whole lines, each with its end; where not even the last fits, the end of that. */
  readonly text: string;
  /** Behind all that was read, for the next time. Undefined where what is old was asked for. */
  readonly cursor: string | undefined;
  /** How many lines that fit were left out before these. */
  readonly leftOut: number;
  /** Records with lower numbers were not looked at, and may fit. */
  readonly before: number | undefined;
  /** So many records behind the cursor were not looked at. */
  readonly behind: number;
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
  const part = outputPart(journal, wish, seen, last);
  const {before, behind, unread} = part;
  const isEnd = behind === 0 && wish.before === undefined;
  const reading = {journal, part, wish, seen};
  let read = await readThrough(reading, isOver && isEnd);
  // A line that is longer than what is looked at comes in pieces: else nobody would get beyond it.
  if (behind > 0 && seen !== undefined && read.cursor === cursorText(seen))
    read = await readThrough(reading, true);
  return {
    text: read.text,
    leftOut: read.leftOut + (read.text === '' ? 0 : unread),
    cursor: wish.before === undefined ? read.cursor : undefined,
    before,
    behind,
    isAnother,
    unfinished: isOver || !isEnd ? '' : unfinishedLine(job, lastLine, wish.stream),
  };
}

const NOTHING: Cursor = {stdout: -1, stderr: -1};

interface Reading {
  readonly journal: string;
  readonly part: OutputPart;
  readonly wish: OutputWish;
  readonly seen: Cursor | undefined;
}

/** `isOver`: no line goes on behind what is read. */
async function readThrough({journal, part, wish, seen}: Reading, isOver: boolean) {
  const {filter} = part;
  const so = new ReadSoFar(seen ?? NOTHING, filter.to, isOver);
  const stage = stageOf(wish, seen !== undefined, isOver);
  const read = await lastOf(watched(journal, part, stage, so), wish);
  return {...read, cursor: cursorText(so.cursor(filter))};
}

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
  {filter, mayHold}: OutputPart,
  stage: LogStage,
  so: ReadSoFar,
): Iterable<readonly LogEntry[]> {
  const seeing: LogStage = {
    take: entries => {
      so.take(entries);
      return stage.take(entries);
    },
    end: () => stage.end(),
  };
  // A line may go on behind a chunk that is passed over, or be steered there: only where nothing can hold it is it.
  const canHold = mayHold && ((chunk: Buffer) => so.hasOpen || mayHold(chunk));
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
