/**
 * Which lines were written when: deals what stands in the two spools along the runs of changes that the system told.
 *
 * Where the stream changes is exact. Each run is at least one write, and mostly one line. How many lines a run has is not
 * told, because changes of one file that follow each other are merged: what is more than one line for each run is spread
 * among them, more to those in which more writes were told apart.
 */
import type {SpoolStream} from '../transcoding/spool-transcoder.ts';

/** Changes of one stream, none of the other between them. */
export interface Run {
  readonly stream: SpoolStream;
  /** So many writes were told apart. */
  readonly writes: number;
  /** It goes on with a run that has got a line already, so it need not have another one. */
  readonly continues: boolean;
}

/** What stands in a spool and is not dealt out. */
export interface Written {
  /** Behind each whole line. */
  readonly ends: readonly number[];
  /** So many of these lines were there before the last of the runs was over: they belong to these runs. The others may come later. */
  readonly sure: number;
  /** Behind the last of them stands the begin of another one. */
  readonly isOpen: boolean;
}

/** What is to be recorded next: a stream, up to an offset in its spool. */
export interface Dealt {
  readonly stream: SpoolStream;
  readonly upTo: number;
}

export interface Deal {
  readonly dealt: readonly Dealt[];
  /** How many lines of each stream that is. */
  readonly lines: Readonly<Record<SpoolStream, number>>;
  readonly last: LastRun | undefined;
}

/** The run that was dealt to last, with which the next change may go on. */
export interface LastRun {
  readonly stream: SpoolStream;
  /** It has got a line. */
  readonly hasLine: boolean;
  /** Some change of it was told; otherwise one will be. */
  readonly isTold: boolean;
}

export const STREAMS = ['stdout', 'stderr'] as const;

/** Deals to all of these runs. `next` is the stream of the first change behind them, if there was one. */
export function dealLines(
  runs: readonly Run[],
  written: Readonly<Record<SpoolStream, Written>>,
  next?: SpoolStream,
): Deal {
  const lines = {
    stdout: linesFor(runs, 'stdout', written.stdout, next),
    stderr: linesFor(runs, 'stderr', written.stderr, next),
  };
  const parts = {
    stdout: partsOf(ofStream(runs, 'stdout'), lines.stdout, written.stdout.isOpen),
    stderr: partsOf(ofStream(runs, 'stderr'), lines.stderr, written.stderr.isOpen),
  };
  const taken = {stdout: 0, stderr: 0};
  const at = {stdout: 0, stderr: 0};
  const dealt: Dealt[] = [];
  let last: LastRun | undefined;
  const give = (stream: SpoolStream, more: number) => {
    taken[stream] += more;
    const upTo = written[stream].ends[taken[stream] - 1];
    if (more > 0 && upTo !== undefined) dealt.push({stream, upTo});
  };
  for (const {stream, continues} of runs) {
    const more = parts[stream][at[stream]++] ?? 0;
    give(stream, more);
    last = {stream, hasLine: more > 0 || continues, isTold: true};
  }
  for (const stream of STREAMS) {
    // Nothing was told of them, so nothing says that anything came behind them.
    if (taken[stream] === lines[stream]) continue;
    give(stream, lines[stream] - taken[stream]);
    last = {stream, hasLine: true, isTold: false};
  }
  return {dealt, lines, last};
}

/** Whether these runs can be told apart by what is known now: none that is followed by another one may have more than a line. */
export function isPlain(runs: readonly Run[], written: Readonly<Record<SpoolStream, Written>>): boolean {
  return STREAMS.every(stream => {
    const own = ofStream(runs, stream);
    const isLast = own.length === 0 || (own.length === 1 && runs.at(-1)?.stream === stream);
    return isLast || written[stream].ends.length <= needing(own);
  });
}

/**
 * Whether the runs explain all lines but one. That can be one whose write was seen and not told yet: whoever writes one
 * line after the other has one such at most.
 */
export function lacksOne(runs: readonly Run[], written: Readonly<Record<SpoolStream, Written>>): boolean {
  const lacking = (stream: SpoolStream) =>
    Math.max(0, written[stream].sure - needing(ofStream(runs, stream)));
  const [out, err] = [lacking('stdout'), lacking('stderr')];
  return out + err === 1 && runs.at(-1)?.stream !== (out === 1 ? 'stdout' : 'stderr');
}

/** How many lines of a stream these runs have together. */
function linesFor(
  runs: readonly Run[],
  stream: SpoolStream,
  {ends, sure}: Written,
  next: SpoolStream | undefined,
): number {
  const needed = needing(ofStream(runs, stream));
  if (sure <= needed) return Math.min(ends.length, needed);
  // One that was being written belongs to the next run.
  const isNext = next === stream && runs.at(-1)?.stream !== stream;
  return isNext ? sure - 1 : sure;
}

/** How many lines each of these runs of one stream has. Fewer lines than runs: the others wrote a piece of one. */
function partsOf(runs: readonly Run[], lines: number, isOpen: boolean): number[] {
  const needed = needing(runs);
  if (lines > needed) return spread(runs, lines);
  const pieces = needed - lines;
  const first = isOpen && pieces > 0 ? pieces - 1 : pieces;
  let at = 0;
  return runs.map(({continues}) => {
    if (continues) return 0;
    const isWhole = at >= first && at < first + lines;
    at += 1;
    return isWhole ? 1 : 0;
  });
}

/** More lines than runs that need one: in proportion to the writes that were told apart, one at least for each that needs it. */
function spread(runs: readonly Run[], lines: number): number[] {
  const writes = runs.reduce((sum, run) => sum + run.writes, 0);
  let told = 0;
  let given = 0;
  let needed = needing(runs);
  return runs.map(run => {
    told += run.writes;
    const least = run.continues ? 0 : 1;
    needed -= least;
    const upTo = Math.min(Math.max(given + least, Math.round((lines * told) / writes)), lines - needed);
    const part = upTo - given;
    given = upTo;
    return part;
  });
}

function ofStream(runs: readonly Run[], stream: SpoolStream): readonly Run[] {
  return runs.filter(run => run.stream === stream);
}

function needing(runs: readonly Run[]): number {
  return runs.reduce((sum, {continues}) => sum + (continues ? 0 : 1), 0);
}
