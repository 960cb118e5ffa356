import {StintError, stringifyWellFormed, visible} from '../../../base/index.ts';
import {Client, type WirePass} from '../../../coordinator/client/index.ts';
import {reposOf} from '../../../coordinator/reader/index.ts';
import {openRepository, previewPrune, prune, whichRepo, whoAsks} from '../../../jobs/index.ts';
import {findStateDirectory} from '../../../platform/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {age} from '../../command-line/option-values.ts';
import type {PRUNE} from '../../definitions/jobs.ts';
import {EXIT} from '../../exit-codes.ts';
import {say} from '../../output/write.ts';
import {passNotes, passSummary, prunedTables} from '../../pruning/prune-text.ts';

type Options = OptionsOf<typeof PRUNE>;
type Repo = ReturnType<typeof whichRepo>;

export async function run(operands: readonly string[], options: Options, context: Context): Promise<number> {
  refuseContradictions(operands, options);
  const isDry = options.dryRun === true;
  const olderThanMs = await age(options.olderThan, '--older-than');
  if (!isDry && olderThanMs !== undefined && !options.others) refuseBeforeTime(whoAsks());
  const passes = await passesOver(meantRepo(options, context), isDry, olderThanMs);
  const isSeveral = options.allRepos === true;
  context.answers.write(
    options.json
      ? `${stringifyWellFormed({dry_run: isDry, repos: passes}, 2)}\n`
      : await prunedTables(passes, isSeveral),
    isDry ? undefined : passSummary(passes, false),
  );
  for (const pass of passes) for (const note of passNotes(pass, isDry)) say(note);
  if (!options.json) say(passSummary(passes, isDry));
  return passes.some(({failed, problem}) => failed.length > 0 || problem !== null) ? EXIT.failed : EXIT.done;
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

async function passesOver(
  repo: Repo | 'all' | 'none',
  isDry: boolean,
  olderThanMs: number | undefined,
): Promise<readonly WirePass[]> {
  const state = findStateDirectory();
  if (state === undefined || repo === 'none') return [];
  const repos = repo === 'all' ? reposOf(state) : [repo];
  if (isDry) return previewPrune(state, repos, {olderThanMs});
  const client = new Client({notify: say});
  try {
    return await prune(client, repo === 'all' ? undefined : repo, {olderThanMs});
  } finally {
    client.close();
  }
}
