/** Entries from stdin go in as they come: those of a chunk together, and the next chunk is read when they are in. */
import {StintError} from '../../../base/index.ts';
import {checkTopic, type NewEntry} from '../../../event-log/index.ts';
import {onInterrupt} from '../../../platform/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import type {EVENTS_APPEND} from '../../definitions/events.ts';
import {type EntryDefaults, type ReadEntry, readEntry} from '../../events/entry-line.ts';
import {type InputLine, inputLines} from '../../events/input-lines.ts';
import {openLog} from '../../events/log-place.ts';
import {EXIT} from '../../exit-codes.ts';
import type {Answers} from '../../output/answers.ts';
import {reportError} from '../../output/report-error.ts';
import {isTerminal} from '../../output/terminal.ts';
import {say} from '../../output/write.ts';

type Options = OptionsOf<typeof EVENTS_APPEND>;

export async function run(
  [topic = '', operand]: readonly string[],
  options: Options,
  {answers: told}: Context,
): Promise<number> {
  checkTopic(topic);
  const defaults = defaultsOf(options);
  const single = operand === undefined ? undefined : entryOf(operand, defaults);
  const log = await openLog(options, {
    chain: options.chain === true,
    durability: options.durable ? 'each' : 'none',
  });
  const answers = new AppendedIds(options.json === true, told);
  try {
    const append = async (entries: readonly NewEntry[]) => answers.add(await log.appendMany(topic, entries));
    if (single !== undefined) await append([single]);
    else return await appendInput(append, defaults, options);
    return EXIT.done;
  } finally {
    answers.sum();
    await log.close();
  }
}

type Append = (entries: readonly NewEntry[]) => Promise<void>;

async function appendInput(append: Append, defaults: EntryDefaults, options: Options): Promise<number> {
  const input = process.stdin;
  if (isTerminal(0)) say('reads one line of JSON per entry from this terminal; Ctrl-D ends it');
  let interrupted = false;
  const restore = onInterrupt(() => {
    interrupted = true;
    input.destroy();
  });
  let refused = 0;
  try {
    for await (const lines of inputLines(input)) {
      const {entries, problems} = readLines(lines, defaults, options.keepGoing === true);
      if (entries.length > 0) await append(entries);
      refused += problems.length;
      if (!options.keepGoing && problems[0] !== undefined) throw problems[0];
      for (const problem of problems) reportError(problem, options.json === true);
    }
  } catch (error) {
    if (!interrupted) throw error; // a stream that is destroyed says so with an error
  } finally {
    restore();
  }
  if (interrupted) throw new StintError('ABORTED', 'Interrupted: not all of the input was appended.');
  return refused === 0 ? EXIT.done : EXIT.usage;
}

/** All of them where bad ones are passed over, else those before the first bad one. */
function readLines(lines: readonly InputLine[], defaults: EntryDefaults, keepGoing: boolean) {
  const entries: NewEntry[] = [];
  const problems: StintError[] = [];
  for (const {number, text: line} of lines) {
    const read: ReadEntry = line === undefined ? {problem: 'it is not UTF-8'} : readEntry(line, defaults);
    if ('entry' in read) {
      entries.push(read.entry);
      continue;
    }
    problems.push(
      new StintError('USAGE', `Line ${number} was not appended: ${read.problem}.`, {
        hint: [read.hint, keepGoing ? undefined : STOPPED].filter(Boolean).join('\n') || undefined,
      }),
    );
    if (!keepGoing) break;
  }
  return {entries, problems};
}

const STOPPED = 'The lines before it were appended and stay. With --keep-going only bad lines are left out.';

function entryOf(operand: string, defaults: EntryDefaults): NewEntry {
  const read = readEntry(operand, defaults);
  if ('entry' in read) return read.entry;
  throw new StintError('USAGE', `The entry was not appended: ${read.problem}.`, {hint: read.hint});
}

function defaultsOf(options: Options): EntryDefaults {
  const kind = kindOf(options);
  const isText = options.text === true;
  if (isText && kind === undefined)
    throw new StintError('USAGE', '--text needs --kind: a line is only the payload then.');
  return {kind, isText, headers: headersOf(options)};
}

function kindOf(options: Options): string | undefined {
  const kind = options.kind;
  if (kind?.trim() === '') throw new StintError('USAGE', '--kind is blank.');
  return kind;
}

function headersOf(options: Options): {readonly [name: string]: string} {
  const pairs = (options.header ?? []).map(given => {
    const at = given.indexOf('=');
    if (at > 0) return [given.slice(0, at), given.slice(at + 1)] as const;
    throw new StintError('USAGE', `--header is '${given}', not name=value.`);
  });
  return Object.fromEntries(pairs);
}

/** With `--json` the id of each entry at once, otherwise what they were in the end. */
class AppendedIds {
  readonly #asJson: boolean;
  readonly #answers: Answers;
  #count = 0;
  #first = 0;
  #last = 0;

  constructor(asJson: boolean, answers: Answers) {
    this.#asJson = asJson;
    this.#answers = answers;
  }

  add(ids: readonly number[]): void {
    if (this.#count === 0) this.#first = ids[0] ?? 0;
    this.#count += ids.length;
    this.#last = ids.at(-1) ?? this.#last;
    if (this.#asJson) this.#answers.write(ids.map(id => `{"id":${id}}\n`).join(''));
  }

  sum(): void {
    if (!this.#asJson) this.#answers.write(`${this.#text()}\n`, this.#text());
  }

  #text(): string {
    if (this.#count === 0) return 'no entry appended';
    if (this.#count === 1) return `1 entry appended, id ${this.#first}`;
    const alone = this.#last + 1 - this.#first === this.#count;
    const others = alone ? '' : ', with those of others between them';
    return `${this.#count} entries appended, ids ${this.#first} to ${this.#last}${others}`;
  }
}
