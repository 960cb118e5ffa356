import {didYouMean, StintError} from '../../../base/index.ts';
import type {OptionsOf} from '../../command.ts';
import {SCRIPTS} from '../../completion/scripts.ts';
import {SHELLS} from '../../definitions/shared.ts';
import type {COMPLETIONS} from '../../definitions/upkeep.ts';
import {EXIT} from '../../exit-codes.ts';
import {out} from '../../output/write.ts';

export async function run(
  [name]: readonly string[],
  _options: OptionsOf<typeof COMPLETIONS>,
): Promise<number> {
  const shell = SHELLS.find(each => each === name);
  if (shell === undefined) throw noSuchShell(name);
  out(SCRIPTS[shell]);
  return EXIT.done;
}

function noSuchShell(name: string | undefined): StintError {
  const what =
    name === undefined ? 'No shell was named.' : `There are no completions for ${JSON.stringify(name)}.`;
  const near = name === undefined ? '' : didYouMean(name, SHELLS, 'stint completions ');
  const all = 'The shells are: bash, zsh, fish. Their line is in: stint completions --help';
  return new StintError('USAGE', what, {hint: [near, all].filter(Boolean).join('\n')});
}
