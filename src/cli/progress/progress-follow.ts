/**
 * Follows what a worker reports. On a terminal one screen is drawn anew at changes of the file, and every second while
 * something runs, so that times move; in a pipe there is a line for each change. In the end the report is printed.
 */

import {existsSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';
import {fired, stringifyWellFormed} from '../../base/index.ts';
import {Client, Reconnection} from '../../coordinator/client/index.ts';
import {keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';
import {jobEnd, listedJob, remainingSummary, toldReport, type ViewedJob, viewJobs} from '../../jobs/index.ts';
import {onInterrupt, systemMoment, watchName} from '../../platform/index.ts';
import {EXIT} from '../exit-codes.ts';
import {terminalSize} from '../output/terminal.ts';
import {out, say} from '../output/write.ts';
import {openListScreen} from '../screen/list-screen.ts';
import {onceAtATime} from '../screen/once-at-a-time.ts';
import {progressChart} from './progress-chart.ts';
import {ProgressReading, type ProgressSource, type Standing} from './progress-reading.ts';
import {lineText, screenText} from './progress-screen.ts';
import {summaryText} from './progress-summary-text.ts';
import {type Doing, doingOf} from './progress-text.ts';
import {ONLY_SUMMARY} from './progress-words.ts';

/** Nobody can read more pictures than one per this time. */
const DRAW_MS = 100;

interface View {
  show(standing: Standing, doing: string | undefined): Promise<void>;
  note(text: string): void;
  close(): void;
}

/** `reportOf` is printed in the end. Resolves when the job has ended, or (of a file) its newest run, or at Ctrl-C. */
export async function followProgress(
  state: string | undefined,
  source: ProgressSource,
  asJson: boolean,
  reportOf: (standing: Standing, mayGoOn: boolean | undefined, doing: Doing | undefined) => Promise<string>,
): Promise<number> {
  const stopped = new AbortController();
  const reading = new ProgressReading(source);
  let failure: {readonly error: unknown} | undefined;
  let mayGoOn = source.job === undefined ? undefined : source.mayGoOn;
  const showing = onceAtATime(
    async () => {
      reading.read();
      const standing = reading.standing(mayGoOn, mayGoOn !== false, await jobNow(state, source));
      await view.show(standing, doingNow(standing)?.text);
      if (mayGoOn === undefined && (standing.now?.outcome ?? 'running') !== 'running') stopped.abort();
      await delay(DRAW_MS, undefined, {signal: stopped.signal}).catch(() => undefined); // the end cuts it short
    },
    error => {
      failure ??= {error};
      stopped.abort();
    },
  );
  const view = asJson
    ? jsonLines()
    : terminalSize() === undefined
      ? lines()
      : screen(showing.ask, () => stopped.abort());
  const restore = onInterrupt(() => stopped.abort());
  const watch = watchName(source.path, showing.ask);
  try {
    showing.ask();
    if (terminalSize() === undefined && !existsSync(source.path)) say(missingText(source));
    if (await isOver(source, stopped.signal, {note: view.note, change: showing.ask})) mayGoOn = false;
    stopped.abort();
    showing.ask(); // what was reported last
  } finally {
    await showing.idle();
    watch.close();
    restore();
    reading.close();
    view.close();
  }
  if (failure !== undefined) throw failure.error;
  if (asJson) return EXIT.done;
  const last = reading.standing(mayGoOn, mayGoOn === true, await jobNow(state, source));
  if (last.report.runs.length > 0) out(await reportOf(last, mayGoOn, doingNow(last)));
  else await tellWhatIsLeft(source, last, mayGoOn === true);
  return EXIT.done;
}

/** What lists tell of the job now. */
async function jobNow(state: string | undefined, {job}: ProgressSource): Promise<ViewedJob | undefined> {
  if (state === undefined || job === undefined) return undefined;
  const [viewed] = await viewJobs(state, [listedJob(state, keyOfListed(job)) ?? job], systemMoment());
  return viewed;
}

function doingNow({viewed}: Standing): Doing | undefined {
  return viewed && doingOf(viewed.progress);
}

/** Where the file is not there now. */
function missingText({name, job}: ProgressSource): string {
  if (job === undefined || remainingSummary(job) === undefined)
    return `nothing was reported by ${name} yet: waiting for it`;
  return `${name}: ${ONLY_SUMMARY}; waiting for more`;
}

async function tellWhatIsLeft(
  {name, job}: ProgressSource,
  standing: Standing,
  mayGoOn: boolean,
): Promise<void> {
  const summary = job === undefined ? undefined : remainingSummary(job);
  if (summary === undefined) say(`no progress was reported by ${name}`);
  else
    out(
      await summaryText(summary, {
        name,
        mayGoOn,
        doing: doingNow(standing)?.text,
        room: terminalSize()?.columns,
      }),
    );
}

/** Resolves when there is nothing more to follow; with true when that is because the job has ended. */
async function isOver(
  {job, mayGoOn}: ProgressSource,
  signal: AbortSignal,
  {note, change}: {readonly note: (text: string) => void; readonly change: () => void},
): Promise<boolean> {
  if (job === undefined) {
    await fired(signal);
    return false;
  }
  if (!mayGoOn) return true;
  const client = new Client({notify: note});
  try {
    void hearOfChanges(client, job, signal, change);
    await jobEnd(client, keyOfListed(job), signal, () =>
      note('no coordinator can be reached: whether the job has ended is known when there is one again'),
    );
  } finally {
    client.close();
  }
  return !signal.aborted;
}

/** That a job is stalled, or ends, is recorded without a word in its file. Never rejects. */
async function hearOfChanges(
  client: Client,
  {repo, invocation, name}: ListedJob,
  signal: AbortSignal,
  change: () => void,
): Promise<void> {
  const again = new Reconnection(client, signal, () => undefined);
  const hear = async () => {
    for await (const job of client.watchJobs(repo, {signal}))
      if (!('name' in job) || (job.invocation === invocation && job.name === name)) change();
  };
  await again.through(hear).catch(() => undefined); // whoever waits for its end says what is the matter
}

function screen(redraw: () => void, stop: () => void): View {
  const drawn = openListScreen({redraw, stop});
  return {
    show: async (standing, doing) =>
      drawn.show(await screenText(standing, doing, terminalSize()?.columns ?? 80, progressChart), true),
    note: note => drawn.note(note),
    close: () => {
      drawn.show('', false); // the report that follows says more
      drawn.close();
    },
  };
}

function lines(): View {
  let shown = '';
  return {
    show: async (standing, doing) => {
      const line = lineText(standing, doing);
      if (line !== shown) out(line);
      shown = line;
    },
    note: say,
    close: () => out(shown === '' ? '' : '\n'),
  };
}

/** A report per change, each on a line of its own; one more when the job ends before its worker said that it did. */
function jsonLines(): View {
  let shown = '';
  return {
    show: async ({report, viewed}) => {
      const {records, runs} = report;
      const key = `${records} ${runs.at(-1)?.outcome} ${viewed?.progress.fields.activity}`;
      if (records > 0 && key !== shown) out(`${stringifyWellFormed(toldReport(report, viewed))}\n`);
      shown = key;
    },
    note: say,
    close: () => undefined,
  };
}
