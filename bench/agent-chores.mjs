/** Ten usual chores of a coding agent: its tokens and calls with `stint mcp`, beside nohup and polling. */
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

import {McpAgent, ShellAgent} from './support/agents.mjs';
import {CHORES, writePrograms} from './support/chores.mjs';
import {atMost} from './support/goals.mjs';
import {McpServer} from './support/mcp.mjs';
import {withStint} from './support/stint.mjs';

export const name = 'agent-chores';
export const what = 'ten chores of a coding agent with `stint mcp`';
export const against = 'with nohup and polling every 15 s';
export const goal = atMost(0.3);

export async function run() {
  return withStint(async stint => {
    const [mine, theirs] = ['mcp', 'shell'].map(each => {
      const directory = join(stint.work, each);
      mkdirSync(directory);
      writePrograms(directory);
      return directory;
    });
    const server = await new McpServer({cwd: mine, state: stint.state}).open();
    const rows = [];
    const all = {mcp: new McpAgent(server), shell: new ShellAgent(theirs)};
    for (const {chore, mcp, shell} of CHORES) {
      const agents = {mcp: new McpAgent(server), shell: new ShellAgent(theirs)};
      await Promise.all([mcp(agents.mcp), shell(agents.shell)]);
      for (const each of ['mcp', 'shell']) {
        all[each].bytes += agents[each].bytes;
        all[each].calls += agents[each].calls;
      }
      rows.push({...row(chore, agents), goal: undefined});
    }
    const tools = Buffer.byteLength(JSON.stringify(await server.ask('tools/list'))) / 4;
    await server.close();
    return [
      {...row(what, all), against: `${against}: ${cost(all.shell)}`},
      ...rows,
      {
        what: 'the tools themselves, once a session',
        stint: `${Math.round(tools)} tokens`,
        against: 'the shell is there anyway',
        goal: undefined,
      },
    ];
  });
}

function row(label, {mcp, shell}) {
  return {what: label, stint: cost(mcp), against: cost(shell), ratio: mcp.bytes / shell.bytes};
}

function cost({tokens, calls}) {
  return `${tokens} tokens, ${calls} ${calls === 1 ? 'call' : 'calls'}`;
}
