/** The last lines of what a job wrote, for who wants to know why it did not complete. */
import {seenLast} from '../../base/index.ts';
import {readLines} from '../../journal/index.ts';
import {JoinedLines} from './joined-lines.ts';
import {wholeLog} from './log-filter.ts';
import {tailOf} from './log-tail.ts';
import {TextSink} from './text-sink.ts';

export interface LastOutput {
  /** Of both streams, without line ends. */
  readonly lines: readonly string[];
  /** Nothing was written before these. */
  readonly isAll: boolean;
}

const LINES = 20;
/** UTF-16 units of a line. */
const LONGEST = 4096;
/** A record holds 64 KiB at most, so this is the end of a line that is too long to be of use. */
const MOST_RECORDS = 1024;

const OUTPUT = wholeLog({status: false});

/** At most 20 lines. Of one that overwrote itself what was to be seen last; a long one is cut. */
export function lastOutput(journal: string): LastOutput {
  const {filter, isAll} = tailOf(journal, OUTPUT, LINES, {mostRecords: MOST_RECORDS});
  const lines: string[] = [];
  let open = '';
  const write = (text: string | Uint8Array) => {
    const parts = `${open}${text}`.split('\n').map(shortened);
    open = parts.pop() ?? '';
    lines.push(...parts);
  };
  const sink = new TextSink(filter, {lines: new JoinedLines(write), onTerminal: false, isLost: false}, '');
  for (const batch of readLines(journal, {from: filter.from})) sink.takeLines(batch);
  sink.end();
  return {lines: lines.slice(-LINES), isAll};
}

function shortened(line: string): string {
  const seen = seenLast(line).replaceAll('\r', '');
  return seen.length <= LONGEST ? seen : `${seen.slice(0, LONGEST - 1).replace(HALF_PAIR, '')}…`;
}

/** What is left at the end of a text that was cut between the two halves of a character. */
const HALF_PAIR = /[\ud800-\udbff]$/;
