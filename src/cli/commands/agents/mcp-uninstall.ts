import {changeConfiguration} from '../../agents/change-configuration.ts';
import type {Context, OptionsOf} from '../../command.ts';
import type {MCP_UNINSTALL} from '../../definitions/agents.ts';

export async function run(
  _: readonly string[],
  options: OptionsOf<typeof MCP_UNINSTALL>,
  context: Context,
): Promise<number> {
  return changeConfiguration('gone', options, context);
}
