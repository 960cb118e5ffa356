/** How listed jobs belong together: by repository, by worktree, by invocation. Pure. */
import {basename} from 'node:path';

import {type JobView, type ListedRepository, repositoryName} from '../../jobs/index.ts';

export interface Group<Row> {
  /** Undefined where it need not be said: all jobs are of the place that was asked from. */
  readonly repository: string | undefined;
  readonly worktree: WorktreeName | undefined;
  /** Each with the jobs of one invocation. */
  readonly invocations: readonly (readonly Row[])[];
}

export interface WorktreeName {
  readonly isCurrent: boolean;
  /** The branch on which its newest job was submitted, or what its directory is called. */
  readonly name: string;
  readonly path: string;
}

/**
 * Groups in the order in which they are shown: what was asked from first, then by their newest jobs. `rows` are the newest
 * first. A repository is named once, with its first group.
 */
export function groupsOf<Row extends {readonly view: JobView}>(
  rows: readonly Row[],
  repositories: readonly ListedRepository[],
): Group<Row>[] {
  const known = new Map(repositories.map(each => [each.repo, each]));
  const byRepository = currentFirst(
    grouped(rows, ({view}) => view.repo),
    ([repo]) => known.get(repo)?.here !== undefined,
  );
  const areNamed = repositories.length > 1 || (rows.length > 0 && repositories[0]?.here === undefined);
  return byRepository.flatMap(([repo, jobs]) => {
    const {place = '', here} = known.get(repo) ?? {};
    const worktrees = currentFirst(
      grouped(jobs, ({view}) => view.worktree ?? place),
      ([path]) => path === here,
    );
    const [only] = worktrees;
    const isOnly = worktrees.length === 1 && (only?.[0] === here || isMain(only?.[0] ?? '', place));
    return worktrees.map(
      ([path, found], at): Group<Row> => ({
        repository: areNamed && at === 0 ? repositoryName(place) : undefined,
        worktree: isOnly && (areNamed || only?.[0] === here) ? undefined : worktreeName(path, found, here),
        invocations: grouped(found, ({view}) => view.invocation_id).map(([, each]) => each),
      }),
    );
  });
}

function worktreeName(
  path: string,
  rows: readonly {readonly view: JobView}[],
  here: string | undefined,
): WorktreeName {
  const branch = rows.find(({view}) => view.branch !== null)?.view.branch;
  return {isCurrent: path === here, name: branch ?? basename(path), path};
}

function isMain(path: string, place: string): boolean {
  return path === repositoryName(place);
}

/** In the order in which they first occur. */
function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): [string, Row[]][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups];
}

function currentFirst<Each>(groups: readonly Each[], isCurrent: (group: Each) => boolean): Each[] {
  return [...groups.filter(isCurrent), ...groups.filter(each => !isCurrent(each))];
}
