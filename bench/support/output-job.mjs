/** The job that prints a lot, and what it costs: run into a file, through stint, and under pm2. */
import {readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {countIn} from './count.mjs';
import {memoryOf, output, until} from './processes.mjs';

export const LINE_BYTES = 80;

/** The command that prints `lines` lines and tells about itself in the file `report`. */
export function printing(lines, report) {
  return [
    process.execPath,
    join(import.meta.dirname, '..', 'programs', 'print-lines.mjs'),
    String(lines),
    report,
  ];
}

/** What the job says of itself: `took`, its own wall time in ms, and `startedAt`, in Unix ms. */
export function reportOf(report) {
  return JSON.parse(readFileSync(report, 'utf8'));
}

/** Lets what was written reach the disk, so that nobody pays for another one's bytes. */
export async function settle() {
  await output('sync', []);
}

/** Runs the job with its output in a file; resolves with its own wall time in ms. */
export async function intoFile(directory, lines) {
  const [target, report] = [join(directory, 'plain'), join(directory, 'plain.report')];
  await settle();
  await output('sh', ['-c', 'exec "$@" >"$0"', target, ...printing(lines, report)]);
  rmSync(target);
  return reportOf(report).took;
}

/**
 * Runs the job through stint until its log is closed; resolves with its own wall time in ms, with how many lines were
 * recorded, at how many a second, and with the most memory that the coordinator ever had, in MiB.
 */
export async function throughStint(stint, lines) {
  const report = join(stint.root, 'stint.report');
  await settle();
  const key = await stint.submit(printing(lines, report));
  await stint.client.wait(key);
  await stint.quiet();
  const closed = lastRecordOf(stint.journalOf(key).at(-1));
  const {startedAt, took} = reportOf(report);
  let recorded = 0;
  for (const path of stint.journalOf(key)) recorded += countIn(path, '"kind":"stdout","data":"');
  const memory = memoryOf(await stint.coordinator(), 'VmHWM');
  rmSync(stint.directoryOf(key), {recursive: true});
  return {took, recorded, perSecond: recorded / ((closed.ts - startedAt) / 1000), memory};
}

function lastRecordOf(path) {
  const text = readFileSync(path, 'latin1');
  return JSON.parse(text.slice(text.lastIndexOf('\n', text.length - 2) + 1));
}

/** The same under pm2, until its log has not grown for a second. */
export async function throughPm2(pm2, lines) {
  const report = join(pm2.home, 'pm2.report');
  rmSync(report, {force: true});
  await settle();
  const log = await pm2.start(printing(lines, report));
  await until(() => hasReport(report), {every: 20});
  const endedAt = await pm2.logIsComplete(log);
  const recorded = countIn(log, '\\n');
  const memory = memoryOf(await pm2.daemon(), 'VmHWM');
  await pm2.forget(log);
  return {recorded, perSecond: recorded / ((endedAt - reportOf(report).startedAt) / 1000), memory};
}

function hasReport(path) {
  try {
    reportOf(path);
    return true;
  } catch {
    return false; // not there yet, or not whole
  }
}
