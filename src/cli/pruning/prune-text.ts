/** What a pass removed, or would remove, for people. */
import {counted, plural, sizeText} from '../../base/index.ts';
import type {WirePass} from '../../coordinator/client/index.ts';
import {addressText} from '../../jobs/index.ts';
import {durationText} from '../output/human.ts';
import {bold, dim} from '../output/style.ts';
import {table} from '../output/table.ts';
import {terminalSize} from '../output/terminal.ts';

/** A table for each repository from which something goes, below its place where there may be several. */
export async function prunedTables(passes: readonly WirePass[], isSeveral: boolean): Promise<string> {
  const tables = passes
    .filter(({jobs}) => jobs.length > 0)
    .map(async pass => (isSeveral ? `${bold(placeText(pass))}\n` : '') + (await jobsTable(pass)));
  return (await Promise.all(tables)).join('\n');
}

async function jobsTable({jobs, jobs_removed}: WirePass): Promise<string> {
  const rows = jobs.map(({invocation, name, attempt, why, age_ms, frees_bytes}) => [
    `${addressText(invocation, name)}${attempt === 1 ? '' : `@${attempt}`}`,
    age_ms === null ? 'unknown' : durationText(age_ms),
    why === 'age' ? 'its time is over' : 'there is no room',
    sizeText(frees_bytes),
  ]);
  const columns = [
    {title: 'JOB', least: 16},
    {title: 'ENDED AGO'},
    {title: 'WHY', paint: dim},
    {title: 'SIZE', align: 'right'} as const,
  ];
  const more = jobs_removed - jobs.length;
  return `${await table(columns, rows, terminalSize()?.columns)}${more > 0 ? dim(`and ${more} more\n`) : ''}`;
}

/** One sentence for all repositories. */
export function passSummary(passes: readonly WirePass[], isDry: boolean): string {
  if (passes.length === 0) return 'nothing was run there yet, so there is nothing to remove';
  const jobs = sum(passes, 'jobs_removed');
  const removed = `${isDry ? 'would remove' : 'removed'} ${jobs === 0 ? 'nothing' : counted(jobs, 'job')}`;
  const freed =
    jobs === 0 ? '' : `, ${isDry ? 'which frees' : 'which freed'} ${sizeText(sum(passes, 'freed_bytes'))}`;
  return `${removed}${freed}; what is left takes ${leftText(passes)}`;
}

function leftText(passes: readonly WirePass[]): string {
  const used = sizeText(sum(passes, 'used_bytes'));
  const [only] = passes;
  if (passes.length !== 1 || only === undefined || only.max_total_bytes === null) return used;
  return `${used} of ${sizeText(only.max_total_bytes)}`;
}

/** What has to be known besides: of each repository, what did not go as it should. */
export function passNotes(pass: WirePass, isDry: boolean): string[] {
  const {problem, finished, clock_doubtful, used_bytes, max_total_bytes, failed, strange} = pass;
  const notes = [
    problem === null ? undefined : `${placeText(pass)} was left out: ${problem}`,
    finished === 0
      ? undefined
      : `${counted(finished, 'removal')} that ${plural(finished, 'was', 'were')} half done ${isDry ? 'would be' : plural(finished, 'was', 'were')} finished`,
    clock_doubtful
      ? 'the clock went more than a year ahead since the last look, so nothing was removed for its age this time; stint prune --older-than does not ask'
      : undefined,
    max_total_bytes !== null && used_bytes > max_total_bytes
      ? `${placeText(pass)}: the jobs take more than ${sizeText(max_total_bytes)}, but the others are pinned, not over, or among those that always stay`
      : undefined,
    ...failed.map(({path, reason}) => `not removed: ${path}: ${reason}`),
    ...strange.map(path => `left alone, because it is not stint's: ${path}`),
  ];
  return notes.filter(note => note !== undefined);
}

function placeText({place, repo}: WirePass): string {
  return place?.replace(/\/\.git$/, '') ?? repo;
}

function sum(passes: readonly WirePass[], key: 'jobs_removed' | 'freed_bytes' | 'used_bytes'): number {
  return passes.reduce((all, pass) => all + pass[key], 0);
}
