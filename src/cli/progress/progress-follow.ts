/**
 * Follows what a worker reports. On a terminal one screen is drawn anew at changes of the file, and every second while
 * something runs, so that times move; in a pipe there is a line for each change. In the end the report is printed.
 */

import {existsSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';
import {fired, stringifyWellFormed} from '../../base/index.ts';
import {Client} from '../../coordinator/client/index.ts';
import {keyOfListed} from '../../coordinator/reader/index.ts';
import {jobEnd, remainingSummary} from '../../jobs/index.ts';
import {onInterrupt, watchName} from '../../platform/index.ts';
import {EXIT} from '../exit-codes.ts';
import {terminalSize} from '../output/terminal.ts';
import {out, say} from '../output/write.ts';
import {openListScreen} from '../screen/list-screen.ts';
import {onceAtATime} from '../screen/once-at-a-time.ts';
import {progressChart} from './progress-chart.ts';
import {ProgressReading, type ProgressSource, type Standing} from './progress-reading.ts';
import {lineText, screenText} from './progress-screen.ts';
import {summaryText} from './progress-summary-text.ts';
import {ONLY_SUMMARY} from './progress-words.ts';

/** Nobody can read more pictures than one per this time. */
const DRAW_MS = 100;

interface View {
  show(standing: Standing): Promise<void>;
  note(text: string): void;
  close(): void;
}

/** `reportOf` is printed in the end. Resolves when the job has ended, or (of a file) its newest run, or at Ctrl-C. */
export async function followProgress(
  source: ProgressSource,
  asJson: boolean,
  reportOf: (standing: Standing, mayGoOn: boolean | undefined) => Promise<string>,
): Promise<number> {
  const stopped = new AbortController();
  const reading = new ProgressReading(source);
  let failure: {readonly error: unknown} | undefined;
  let mayGoOn = source.job === undefined ? undefined : source.mayGoOn;
  const showing = onceAtATime(
    async () => {
      reading.read();
      const standing = reading.standing(mayGoOn, mayGoOn !== false);
      await view.show(standing);
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
    if (await isOver(source, stopped.signal, view.note)) mayGoOn = false;
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
  const last = reading.standing(mayGoOn, mayGoOn === true);
  if (last.report.runs.length > 0) out(await reportOf(last, mayGoOn));
  else await tellWhatIsLeft(source, mayGoOn === true);
  return EXIT.done;
}

/** Where the file is not there now. */
function missingText({name, job}: ProgressSource): string {
  if (job === undefined || remainingSummary(job) === undefined)
    return `nothing was reported by ${name} yet: waiting for it`;
  return `${name}: ${ONLY_SUMMARY}; waiting for more`;
}

async function tellWhatIsLeft({name, job}: ProgressSource, mayGoOn: boolean): Promise<void> {
  const summary = job === undefined ? undefined : remainingSummary(job);
  if (summary === undefined) say(`no progress was reported by ${name}`);
  else out(await summaryText(summary, {name, mayGoOn, room: terminalSize()?.columns}));
}

/** Resolves when there is nothing more to follow; with true when that is because the job has ended. */
async function isOver(
  {job, mayGoOn}: ProgressSource,
  signal: AbortSignal,
  note: (text: string) => void,
): Promise<boolean> {
  if (job === undefined) {
    await fired(signal);
    return false;
  }
  if (!mayGoOn) return true;
  const client = new Client({notify: note});
  try {
    await jobEnd(client, keyOfListed(job), signal, () =>
      note('no coordinator can be reached: whether the job has ended is known when there is one again'),
    );
  } finally {
    client.close();
  }
  return !signal.aborted;
}

function screen(redraw: () => void, stop: () => void): View {
  const drawn = openListScreen({redraw, stop});
  return {
    show: async standing =>
      drawn.show(await screenText(standing, terminalSize()?.columns ?? 80, progressChart), true),
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
    show: async standing => {
      const line = lineText(standing);
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
    show: async ({report}) => {
      const {records, runs} = report;
      const key = `${records} ${runs.at(-1)?.outcome}`;
      if (records > 0 && key !== shown) out(`${stringifyWellFormed(report)}\n`);
      shown = key;
    },
    note: say,
    close: () => undefined,
  };
}
