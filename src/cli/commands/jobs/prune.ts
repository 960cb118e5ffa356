import {StintError, stringifyWellFormed, visible} from '../../../base/index.ts';
import {Client} from '../../../coordinator/client/index.ts';
import {reposOf} from '../../../coordinator/reader/index.ts';
import {
  openRepository,
  type Pruned,
  previewEventPass,
  previewPrune,
  prune,
  whichRepo,
  whoAsks,
} from '../../../jobs/index.ts';
import {findStateDirectory} from '../../../platform/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {age} from '../../command-line/option-values.ts';
import type {PRUNE} from '../../definitions/jobs.ts';
import {EXIT} from '../../exit-codes.ts';
import {say} from '../../output/write.ts';
import {eventsTable} from '../../pruning/events-table.ts';
import {eventsNotes, eventsSummary} from '../../pruning/events-text.ts';
import {passNotes, passSummary, prunedTables} from '../../pruning/prune-text.ts';

type Options = OptionsOf<typeof PRUNE>;
type Repo = ReturnType<typeof whichRepo>;

export async function run(operands: readonly string[], options: Options, context: Context): Promise<number> {
  refuseContradictions(operands, options);
  const isDry = options.dryRun === true;
  const olderThanMs = await age(options.olderThan, '--older-than');
  if (!isDry && olderThanMs !== undefined && !options.others) refuseBeforeTime(whoAsks());
  const {repos, events} = await prunedIn(meantRepo(options, context), isDry, olderThanMs);
  const isSeveral = options.allRepos === true;
  const told = [passSummary(repos, isDry), events && eventsSummary(events, isDry)].flatMap(
    each => each ?? [],
  );
  const tables = [
    await prunedTables(repos, isSeveral),
    events === undefined ? '' : await eventsTable(events),
  ];
  context.answers.write(
    options.json
      ? `${stringifyWellFormed({dry_run: isDry, repos, ...(isSeveral ? {events: events ?? null} : {})}, 2)}\n`
      : tables.filter(each => each !== '').join('\n'),
    isDry ? undefined : told.join('; '),
  );
  for (const pass of repos) for (const note of passNotes(pass, isDry)) say(note);
  for (const note of events === undefined ? [] : eventsNotes(events)) say(note);
  if (!options.json) for (const summary of told) say(summary);
  const troubled = [...repos, ...(events === undefined ? [] : [events])];
  return troubled.some(({failed, problem}) => failed.length > 0 || problem !== null)
    ? EXIT.failed
    : EXIT.done;
}

function refuseContradictions(operands: readonly string[], {repo, allRepos}: Options): void {
  if (operands.length > 0)
    throw new StintError('USAGE', `stint prune takes no operand: ${operands[0]}.`, {
      hint: 'To remove a job: stint rm <address>',
    });
  if (repo !== undefined && allRepos)
    throw new StintError('USAGE', 'Give either --repo or --all-repos, not both.');
}

/** Jobs go then that others want to be kept for longer; without that only those whose time is over. */
function refuseBeforeTime(asker: string | null): void {
  if (asker === null) return;
  const message = `You are ${visible(asker)}, and --older-than may remove jobs of others before their time: nothing was done.`;
  throw new StintError('JOB_OF_OTHERS', message, {
    hint: 'Those whose time is over: stint prune. To remove jobs of your own: stint rm <address>. All the same: --others',
  });
}

/** `none` where nothing was ever run there. */
function meantRepo({repo, allRepos}: Options, {cwd}: Context): Repo | 'all' | 'none' {
  if (allRepos) return 'all';
  if (repo !== undefined) return whichRepo(findStateDirectory(), repo);
  const {reader, repoId} = openRepository(cwd);
  reader?.close();
  return reader === undefined || repoId === undefined ? 'none' : repoId;
}

async function prunedIn(
  repo: Repo | 'all' | 'none',
  isDry: boolean,
  olderThanMs: number | undefined,
): Promise<Pruned> {
  const state = findStateDirectory();
  if (state === undefined || repo === 'none') return {repos: []};
  if (isDry) {
    const repos = await previewPrune(state, repo === 'all' ? reposOf(state) : [repo], {olderThanMs});
    return repo === 'all' ? {repos, events: await previewEventPass(state)} : {repos};
  }
  const client = new Client({notify: say});
  try {
    const pruned = await prune(client, state, repo === 'all' ? undefined : repo, {olderThanMs});
    if (repo === 'all' && pruned.events === undefined)
      say('recorded sessions and topics were not looked at: the coordinator is of an earlier version');
    return pruned;
  } finally {
    client.close();
  }
}
