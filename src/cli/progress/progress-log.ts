/** Printing what jobs reported of their progress instead of what they wrote. */
import {join} from 'node:path';

import {StintError, visible, wellFormedJson} from '../../base/index.ts';
import {JOB_FILES} from '../../coordinator/adapters/index.ts';
import {Client} from '../../coordinator/client/index.ts';
import {keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';
import {addressText, attend, remainingSummary, untilClosed} from '../../jobs/index.ts';
import {onInterrupt, systemClock, watchName} from '../../platform/index.ts';
import {ProgressFile} from '../../progress/index.ts';
import type {OptionsOf} from '../command.ts';
import type {LOGS} from '../definitions/jobs.ts';
import {EXIT} from '../exit-codes.ts';
import {logPrefixes} from '../logs/log-prefixes.ts';
import {out, say} from '../output/write.ts';
import {progressLine} from './progress-line.ts';
import {ONLY_SUMMARY} from './progress-words.ts';

type Options = OptionsOf<typeof LOGS>;

/** Options that are about the output, or about how it is printed. */
const OF_THE_OUTPUT = [
  ...(['stdout', 'stderr', 'status', 'seq', 'sinceSeq', 'since', 'until', 'tail', 'grep'] as const),
  ...(['ignoreCase', 'context', 'sinceLast', 'reader', 'maxBytes', 'timestamps', 'utc'] as const),
  ...(['relative', 'plain', 'raw'] as const),
];

/** Throws `USAGE` where something else than progress is asked for besides. */
export function refuseWithProgress(options: Options): void {
  const other = OF_THE_OUTPUT.find(name => options[name] !== undefined);
  if (other === undefined) return;
  throw new StintError(
    'USAGE',
    `--progress prints what a job reported, --${other.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)} is about its output.`,
    {
      hint: 'Give one of them. --json and -f go with both.',
    },
  );
}

/** Prints the progress of these jobs, and with `--follow` goes on until all are closed or somebody interrupts. */
export async function printProgress(
  state: string,
  jobs: readonly ListedJob[],
  options: Options,
): Promise<number> {
  const asJson = options.json === true;
  const prefixes = jobs.length > 1 && !asJson ? await logPrefixes(jobs) : [];
  const logs = jobs.map((job, at) => new ProgressLog(job, asJson, prefixes[at] ?? ''));
  try {
    if (options.follow) await follow(jobs, logs);
    else {
      for (const log of logs) log.print();
      for (const [at, job] of jobs.entries()) if (logs[at]?.isEmpty) say(emptyText(job));
      await attend(state, jobs, say);
    }
  } finally {
    for (const log of logs) log.close();
  }
  return EXIT.done;
}

function emptyText(job: ListedJob): string {
  const name = visible(job.name);
  if (remainingSummary(job) === undefined) return `${name} reported no progress`;
  return `${name}: ${ONLY_SUMMARY}. Run: stint progress report ${addressText(job.invocation, job.name)}`;
}

/** What one job reported, printed as far as it goes. */
class ProgressLog {
  readonly path: string;
  readonly #asJson: boolean;
  readonly #prefix: string;
  readonly #file: ProgressFile;
  isEmpty = true;

  constructor({directory}: ListedJob, asJson: boolean, prefix: string) {
    this.path = join(directory, JOB_FILES.progress);
    this.#asJson = asJson;
    this.#prefix = prefix;
    this.#file = new ProgressFile(this.path);
  }

  /** Prints what is new since the last time. */
  print(): void {
    let text = '';
    const now = systemClock.now();
    const visitor = {
      record: (...[record, line]: Parameters<Parameters<ProgressFile['readSome']>[0]['record']>) => {
        text += this.#asJson ? `${wellFormedJson(line)}\n` : `${this.#prefix}${progressLine(record, now)}\n`;
      },
      skipped: () => undefined, // no record: `progress report` counts such lines
      reset: () => undefined, // the file begins anew, and so do we
    };
    for (let more = true; more; ) {
      more = this.#file.readSome(visitor);
      if (text !== '') {
        this.isEmpty = false;
        out(text);
      }
      text = '';
    }
  }

  close(): void {
    this.#file.close();
  }
}

/** Follows the files; when a log is closed, and so nothing can be reported any more, its job's journal tells. */
async function follow(jobs: readonly ListedJob[], logs: readonly ProgressLog[]): Promise<void> {
  const stopped = new AbortController();
  let failure: {readonly error: unknown} | undefined;
  const guarded = (work: () => void) => () => {
    try {
      work();
    } catch (error) {
      failure ??= {error};
      stopped.abort();
    }
  };
  const restore = onInterrupt(() => stopped.abort());
  const client = new Client({notify: say});
  const watches = logs.map(log =>
    watchName(
      log.path,
      guarded(() => log.print()),
    ),
  );
  try {
    for (const log of logs) guarded(() => log.print())();
    const closings = jobs.map(job => ({key: keyOfListed(job), journal: job.journal}));
    await untilClosed(client, closings, stopped.signal, say);
    for (const log of logs) guarded(() => log.print())();
  } finally {
    for (const watch of watches) watch.close();
    restore();
    client.close();
  }
  if (failure !== undefined) throw failure.error;
}
