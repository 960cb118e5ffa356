/** What goes wrong, as a sentence on which an agent can act. */
import type {CallToolResult} from '@modelcontextprotocol/server';
import type * as z from 'zod';

import {codeOf, cutText, didYouMean, messageOf, StintError, visible} from '../../base/index.ts';

const MOST = 1500;

/** `NO_MATCH: There is no job x. list shows what there is.` Lines of a hint that lists candidates stay lines. */
export function errorAnswer(error: unknown): CallToolResult {
  const hint = error instanceof StintError ? error.hint : undefined;
  const code = codeOf(error) ?? 'INTERNAL';
  const lines = [`${code}: ${messageOf(error)}`, ...(hint?.split('\n') ?? [])];
  return {content: [{type: 'text', text: cutText(lines.map(visible).join('\n'), MOST)}], isError: true};
}

/** Arguments that a tool does not take. */
export function refusedArguments(tool: string, input: z.ZodObject, {issues}: z.core.$ZodError): StintError {
  const told = issues.slice(0, MOST_ISSUES).map(issue => issueText(issue, Object.keys(input.shape)));
  return new StintError('USAGE', `${tool} was not called: ${told.join('; ')}.`, {
    hint: `It takes: ${Object.keys(input.shape).join(', ')}`,
  });
}

const MOST_ISSUES = 5;

function issueText(issue: z.core.$ZodIssue, known: readonly string[]): string {
  const path = issue.path.map(String).join('.');
  if (issue.code !== 'unrecognized_keys') return `${path || 'arguments'}: ${lowerFirst(issue.message)}`;
  const names = issue.keys.map(key => {
    const near = path === '' ? didYouMean(key, known) : '';
    return `${cutText(key, 60)}${near === '' ? '' : ` (${near})`}`;
  });
  return `there is no argument ${names.join(', ')}`;
}

function lowerFirst(text: string): string {
  return cutText(text.charAt(0).toLowerCase() + text.slice(1), 200);
}
