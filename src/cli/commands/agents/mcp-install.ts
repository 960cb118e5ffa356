import {changeConfiguration} from '../../agents/change-configuration.ts';
import type {Context, OptionsOf} from '../../command.ts';
import type {MCP_INSTALL} from '../../definitions/agents.ts';

export async function run(
  _: readonly string[],
  options: OptionsOf<typeof MCP_INSTALL>,
  context: Context,
): Promise<number> {
  return changeConfiguration('there', options, context);
}
