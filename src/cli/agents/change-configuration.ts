/** What `mcp install` and `mcp uninstall` share: which file is meant, and what is said of what was done to it. */
import {
  type Change,
  CLIENT_NAMES,
  CLIENTS,
  type ClientName,
  changeClient,
} from '../../agent-clients/index.ts';
import {oneOf, StintError, stringifyWellFormed, visible} from '../../base/index.ts';
import {locateRepo} from '../../project/index.ts';
import type {Context, OptionsOf} from '../command.ts';
import type {MCP_INSTALL, MCP_UNINSTALL} from '../definitions/agents.ts';
import {EXIT} from '../exit-codes.ts';
import {say} from '../output/write.ts';

type Options = OptionsOf<typeof MCP_INSTALL> & OptionsOf<typeof MCP_UNINSTALL>;

export function changeConfiguration(
  wanted: 'there' | 'gone',
  options: Options,
  {cwd, answers}: Pick<Context, 'cwd' | 'answers'>,
): number {
  const client = clientIn(options);
  const isProject = options.project === true;
  const isDry = options.dryRun === true;
  const change = changeClient({
    client,
    wanted,
    project: isProject ? projectAt(cwd()) : undefined,
    force: options.force === true,
    dryRun: isDry,
  });
  const done = sentenceOf(change, isDry);
  if (options.json) answers.write(`${stringifyWellFormed(jsonOf(client, change, isDry), 2)}\n`, done);
  else if (isDry && change.diff !== '') answers.write(change.diff);
  else answers.write(`${visible(done)}\n`, done);
  const advice = adviceOn(client, change);
  if (!(isDry || options.json) && advice !== undefined) say(advice);
  return EXIT.done;
}

function clientIn({client}: Options): ClientName {
  const named = oneOf(client, '--client', CLIENT_NAMES);
  if (named === undefined)
    throw new StintError('USAGE', 'Whose configuration is meant? Name it with --client.', {
      hint: `There are: ${CLIENT_NAMES.join(', ')}.`,
    });
  return named;
}

/** The top of the checkout, outside git the directory itself. */
function projectAt(cwd: string): string {
  const repo = locateRepo(cwd);
  return (repo.kind === 'git' ? repo.worktree : repo.directory) ?? cwd;
}

function sentenceOf({action, path}: Change, isDry: boolean): string {
  switch (action) {
    case 'added':
    case 'replaced':
    case 'removed':
      return `${isDry ? 'would be ' : ''}${action} ${action === 'removed' ? 'from' : 'in'} ${path}`;
    case 'same':
      return `is there already, in ${path}; nothing was written`;
    case 'kept':
      return `is there already, in ${path}, with settings of its own, which stay; nothing was written`;
    default:
      return `is not in ${path}; nothing was written`;
  }
}

function adviceOn(client: ClientName, {action}: Change): string | undefined {
  if (action === 'kept') return 'to have it written anew: --force';
  const isDone = action === 'added' || action === 'replaced' || action === 'removed';
  return isDone ? `${CLIENTS[client].title} reads it when it is started anew` : undefined;
}

function jsonOf(client: ClientName, {path, action, diff}: Change, isDry: boolean) {
  return {client, file: path, action, dry_run: isDry, diff};
}
