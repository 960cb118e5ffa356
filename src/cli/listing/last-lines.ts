/** The last lines of what a failed job wrote, as they stand in a list. */
import {visible, withoutColours} from '../../base/index.ts';
import {FAILED} from '../../coordinator/domain/index.ts';
import {lastOutput, type ViewedJob} from '../../jobs/index.ts';

/** Of so many of the newest failed jobs: a list of thousands comes at once as well. */
const MOST_JOBS = 20;

/** At most `most` lines for each; no blank ones at the end, none where they cannot be read. */
export function lastLinesOf(jobs: readonly ViewedJob[], most: number): (job: ViewedJob) => readonly string[] {
  const failed = new Set(
    jobs.filter(({view}) => FAILED.some(status => status === view.status)).slice(0, MOST_JOBS),
  );
  return job => (failed.has(job) ? lastLines(job.view.log, most) : []);
}

/** Of a job's log. */
export function lastLines(log: string, most: number): readonly string[] {
  try {
    const lines = lastOutput(log).lines.map(shown);
    const end = lines.findLastIndex(line => line !== '') + 1;
    return lines.slice(0, end).slice(-most);
  } catch {
    return []; // a list is there without them
  }
}

function shown(line: string): string {
  return visible(withoutColours(line).replaceAll('\t', '    ')).trimEnd();
}
