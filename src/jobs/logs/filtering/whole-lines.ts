/** Puts the records of each stream together to the lines of which they are pieces, where a line is to be looked at as a whole. */
import {type LogEntry, outputText} from '../log-record.ts';
import {statusText} from '../status-text.ts';

export interface LogLine {
  /** Its records, in their order; never none. */
  readonly entries: readonly LogEntry[];
  /** What it says, without its end. */
  readonly text: string;
}

/** Characters of a line: where a longer one is cut, a new one begins. */
const MOST_KEPT = 16 * 1024 * 1024;

export class WholeLines {
  readonly #open = new Map<string, {readonly entries: LogEntry[]; size: number}>();

  /** Whether a line has begun that goes on. */
  get hasOpen(): boolean {
    return this.#open.size > 0;
  }

  /** The lines that end with this record; also those that never end, because something is missing before it. */
  add(entry: LogEntry): readonly LogLine[] {
    const {record, isBehindGap} = entry;
    const broken = isBehindGap ? this.end() : [];
    const open = this.#open.get(record.kind);
    if (record.partial !== true && open === undefined) return [...broken, lineOf([entry])];
    const {entries, size} = open ?? {entries: [], size: 0};
    entries.push(entry);
    const total = size + String(record.data).length;
    if (record.partial === true && total <= MOST_KEPT) {
      this.#open.set(record.kind, {entries, size: total});
      return broken;
    }
    this.#open.delete(record.kind);
    return [...broken, lineOf(entries)];
  }

  /** What has no end. */
  end(): readonly LogLine[] {
    const lines = [...this.#open.values()].map(({entries}) => lineOf(entries));
    this.#open.clear();
    return lines;
  }
}

function lineOf(entries: readonly LogEntry[]): LogLine {
  const [only] = entries;
  return {
    entries,
    text: entries.length === 1 && only !== undefined ? textOf(only) : entries.map(textOf).join(''),
  };
}

function textOf({record}: LogEntry): string {
  return record.kind === 'status' ? `# ${statusText(record.data)}` : outputText(record);
}
