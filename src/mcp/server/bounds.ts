/** What a server may do, as it was started. This bounds mistakes: a job may do all that its user may. */
import {StintError} from '../../base/index.ts';
import {isEnded} from '../../coordinator/domain/index.ts';
import {listJobs} from '../../jobs/index.ts';
import {absolutePath, realPath} from '../../platform/index.ts';

export interface Bounds {
  /** Nothing is run or ended. */
  readonly readOnly: boolean;
  /** Jobs run in these and below, and only such are read and ended; absolute and canonical; none for anywhere. */
  readonly directories: readonly string[];
  /** So many jobs that servers started go on at once; undefined for any number. */
  readonly maxJobs: number | undefined;
}

/** What jobs carry that a server started: by it they are counted, and found with `stint ls --tag mcp`. */
export const TAG = 'mcp';

/** Throws `USAGE` where a server may neither run nor end anything. */
export function refuseReadOnly({readOnly}: Bounds): void {
  if (readOnly)
    throw new StintError('USAGE', 'This server was started with --read-only: it runs and ends nothing.', {
      hint: 'Use status, output, wait, list and report.',
    });
}

/** Where a job is to run: absolute. Throws `USAGE` for a place outside of the directories. */
export function boundDirectory(
  {directories}: Bounds,
  wanted: string | undefined,
  here: () => string,
): string {
  const directory = wanted === undefined ? usual(directories, here) : absolutePath(wanted);
  if (!mayUse({directories}, directory)) throw outside(directory, directories);
  return directory;
}

/** Whether a server may read of what runs there, and end it. */
export function mayUse({directories}: Pick<Bounds, 'directories'>, directory: string): boolean {
  return directories.length === 0 || isInside(directories, directory);
}

/** Throws `USAGE` for a job that runs outside of the directories. */
export function refuseOutside(bounds: Bounds, job: string, directory: string): void {
  if (mayUse(bounds, directory)) return;
  throw new StintError(
    'USAGE',
    `${job} runs in ${directory}, outside of the directories that this server may use.`,
    {
      hint: `These are: ${bounds.directories.join(', ')}. list tells of others that they are there, with their ports.`,
    },
  );
}

/** Throws `BUSY` where as many jobs go on as may. They are counted in all repositories of the state directory. */
export async function refuseTooMany({maxJobs}: Bounds, state: string | undefined): Promise<void> {
  if (maxJobs === undefined) return;
  const {unfinished} = await listJobs(() => '/', {
    selection: {tags: [TAG], last: 0},
    allRepos: true,
    state,
  });
  const running = unfinished.filter(job => !isEnded(job.state));
  if (running.length < maxJobs) return;
  const names = running.slice(0, MOST_NAMED).map(({invocation, name}) => `${invocation}:${name}`);
  throw new StintError(
    'BUSY',
    `${running.length} jobs go on that were started here, and ${maxJobs} may (--max-jobs).`,
    {
      hint: `Wait for one of them or cancel it: ${names.join(', ')}`,
    },
  );
}

const MOST_NAMED = 5;

/** Where the server was started, if jobs may run there. */
function usual(directories: readonly string[], here: () => string): string {
  const [first] = directories;
  if (first === undefined) return here();
  try {
    const directory = here();
    return isInside(directories, directory) ? directory : first;
  } catch {
    return first; // it is gone
  }
}

function isInside(directories: readonly string[], directory: string): boolean {
  const real = realOr(directory);
  return directories.some(each => real === each || real.startsWith(each === '/' ? each : `${each}/`));
}

/** One that does not exist is refused elsewhere, with its own words. */
function realOr(directory: string): string {
  try {
    return realPath(directory);
  } catch {
    return directory;
  }
}

function outside(directory: string, directories: readonly string[]): StintError {
  return new StintError('USAGE', `${directory} is outside of the directories that this server may use.`, {
    hint: `Give a cwd in: ${directories.join(', ')}`,
  });
}
