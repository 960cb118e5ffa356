/** Lists the tools and calls them: what comes in is checked, what goes wrong is told in words. */
import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
} from '@modelcontextprotocol/server';
import * as z from 'zod';

import type {Answer} from '../answers/answer.ts';
import {errorAnswer, refusedArguments} from '../answers/error-answer.ts';
import type {Caller, Host} from '../jobs/host.ts';
import {withStoreUpToDate} from '../jobs/up-to-date.ts';
import {isOpenTask} from '../tasks/open-task.ts';
import {TOOLS} from '../tools/registry.ts';
import type {Tool} from '../tools/tool.ts';
import {callerOf} from './caller.ts';

export function serveTools(server: Server, host: Host): void {
  server.registerCapabilities({tools: {}});
  const offered = TOOLS.filter(({acts}) => !(acts && host.bounds.readOnly));
  server.setRequestHandler('tools/list', () => ({tools: offered.map(listed)}));
  server.setRequestHandler('tools/call', async ({params: {name, arguments: args = {}}}, context) => {
    const tool = TOOLS.find(each => each.name === name);
    if (tool === undefined)
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `There is no tool ${name.slice(0, 60)}; there are: ${offered.map(each => each.name).join(', ')}`,
      );
    return called(tool, args, host, callerOf(server, context));
  });
}

function listed({name, title, description, input, output, annotations}: Tool) {
  return {
    name,
    title,
    description,
    inputSchema: schemaOf(input, 'input'),
    outputSchema: schemaOf(output, 'output'),
    annotations: {title, ...annotations},
  };
}

/** An agent reads all of it at its beginning: nothing that it has no use for. */
function schemaOf(schema: z.ZodObject, io: 'input' | 'output') {
  const {$schema: _, ...rest} = z.toJSONSchema(schema, {io, target: 'draft-2020-12'});
  return rest as {type: 'object'};
}

async function called(tool: Tool, args: unknown, host: Host, caller: Caller): Promise<CallToolResult> {
  try {
    const parsed = tool.input.safeParse(args);
    if (!parsed.success) throw refusedArguments(tool.name, tool.input, parsed.error);
    const answer = await withStoreUpToDate(host, () => tool.call(parsed.data, host, caller));
    return isOpenTask(answer) ? {...answer.task, resultType: 'task', content: []} : resultOf(answer);
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    return errorAnswer(error);
  }
}

/** The result of a call that is over. */
export function resultOf({text, structured}: Answer): CallToolResult {
  return {content: [{type: 'text', text}], structuredContent: {...structured}};
}
