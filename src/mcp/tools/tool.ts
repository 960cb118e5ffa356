/** What a tool is: one file each, and one row in the registry. */
import type {ToolAnnotations} from '@modelcontextprotocol/server';
import type * as z from 'zod';

import type {Answer} from '../answers/answer.ts';
import type {Caller, Host} from '../jobs/host.ts';
import type {OpenTask} from '../tasks/open-task.ts';

export interface Tool<Input extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** What an agent reads first: what it is good for, and how to go on from its answer. */
  readonly description: string;
  /** Unknown keys are refused. */
  readonly input: Input;
  readonly output: z.ZodObject;
  readonly annotations: ToolAnnotations;
  /** It starts or ends something: a server that only reads does not have it. */
  readonly acts: boolean;
  /** Rejects with a `StintError` for what an agent should read. */
  readonly call: (args: z.output<Input>, host: Host, caller: Caller) => Promise<Answer | OpenTask>;
}

/** Checks the types of one, which the registry then holds as any of them. */
export function defineTool<Input extends z.ZodObject>(tool: Tool<Input>): Tool {
  return tool as unknown as Tool;
}
