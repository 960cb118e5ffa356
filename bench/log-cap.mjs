/** What it costs that a log is kept below its size while the job runs. */
import {readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {atLeast} from './support/goals.mjs';
import {printing, reportOf, settle} from './support/output-job.mjs';
import {interleaved, median} from './support/rounds.mjs';
import {withStint} from './support/stint.mjs';

const LINES = 5_000_000;
const CAP = 10_000_000;

export const name = 'log-cap';
export const what = 'jobs whose log is kept below 10 MB';
export const against = 'the same jobs without';
export const goal = atLeast(0.9);

export async function run({rounds}) {
  return await withStint(async stint => {
    const flood = await compared(stint, printing(LINES, reportIn(stint)), rounds(5), ({closed}) => closed);
    const paced = await compared(stint, pacedPrinting(reportIn(stint)), rounds(9), ({took}) => took);
    return [
      {
        what: 'recording 5 M lines of 80 bytes, with a cap of 10 MB',
        stint: perSecond(LINES, flood.capped),
        against: `without: ${perSecond(LINES, flood.free)}`,
        ratio: flood.ratio,
      },
      {
        what: 'a job that the recorder keeps up with, with a cap of 10 MB, as the job sees it',
        stint: `${Math.round(paced.capped)} ms`,
        against: `without: ${Math.round(paced.free)} ms`,
        ratio: paced.ratio,
      },
    ];
  });
}

/** Prints 500 lines at a time and works a little in between. */
function pacedPrinting(report) {
  return [process.execPath, join(import.meta.dirname, 'programs', 'print-paced.mjs'), '1000', report];
}

function reportIn(stint) {
  return join(stint.root, 'log-cap.report');
}

/** Medians, in ms. The ratio is that of the two of each round: what disturbs a machine for longer disturbs both. */
async function compared(stint, command, rounds, of) {
  const run = maxLogBytes => async () => of(await throughStint(stint, command, maxLogBytes));
  const {capped, free} = await interleaved({capped: run(CAP), free: run(0)}, rounds);
  const ratio = median(free.map((ms, round) => ms / capped[round]));
  return {capped: median(capped), free: median(free), ratio};
}

/** For how long the job ran, and from its start until all was recorded. In ms. */
async function throughStint(stint, command, maxLogBytes) {
  await settle();
  const key = await stint.submit(command, {options: {max_log_bytes: maxLogBytes}});
  await stint.client.wait(key);
  await stint.quiet();
  const text = readFileSync(stint.journalOf(key).at(-1), 'latin1');
  const {ts} = JSON.parse(text.slice(text.lastIndexOf('\n', text.length - 2) + 1));
  const {startedAt, took} = reportOf(reportIn(stint));
  rmSync(stint.directoryOf(key), {recursive: true});
  return {took, closed: ts - startedAt};
}

function perSecond(lines, ms) {
  return `${(lines / ms / 1000).toFixed(2)} M lines/s`;
}
