import {pathText, StintError} from '../../../base/index.ts';
import {type Bounds, serveMcp} from '../../../mcp/index.ts';
import {absolutePath, argumentValue, directoryProblem, realPath} from '../../../platform/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {wholeNumber} from '../../command-line/option-values.ts';
import type {MCP} from '../../definitions/agents.ts';
import {EXIT} from '../../exit-codes.ts';
import {isTerminal} from '../../output/terminal.ts';
import {say} from '../../output/write.ts';

type Options = OptionsOf<typeof MCP>;

export async function run(_: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  const bounds = boundsOf(options);
  if (isTerminal(0))
    say('a client speaks to this by stdin and stdout; how one is told to start it: stint mcp --help');
  await serveMcp({bounds, cwd, streams: {input: process.stdin, output: process.stdout}, notify: say});
  return EXIT.done;
}

function boundsOf({directory = [], maxJobs, readOnly}: Options): Bounds {
  return {
    readOnly: readOnly === true,
    directories: directory.map(canonical),
    maxJobs: wholeNumber(maxJobs, '--max-jobs', 1),
  };
}

function canonical(given: string): string {
  const path = absolutePath(pathText(argumentValue(given)));
  const problem = directoryProblem(path, 'does not exist');
  if (problem !== undefined)
    throw new StintError('CWD_NOT_FOUND', `The directory ${path} ${problem}.`, {hint: 'Check --directory.'});
  return realPath(path);
}
