/** What goes wrong, as a sentence on which an agent can act. */
import type {CallToolResult} from '@modelcontextprotocol/server';
import type * as z from 'zod';

import {codeOf, cutText, didYouMean, messageOf, StintError, visible} from '../../base/index.ts';
import {fitted, USUAL_BYTES} from './answer.ts';

/** `NO_MATCH: There is no job x. list shows what there is.` Lines of a hint that lists candidates stay lines; of long ones the begin. */
export function errorAnswer(error: unknown): CallToolResult {
  const hint = error instanceof StintError ? error.hint : undefined;
  const code = codeOf(error) ?? 'INTERNAL';
  const message = visible(`${code}: ${messageOf(error)}`);
  const hints = hint?.split('\n').map(visible) ?? [];
  const {text} = fitted(USUAL_BYTES, MOST, most => ({
    text: [cutText(message, most), cutText(hints.join('\n'), most)].filter(part => part !== '').join('\n'),
    structured: {},
  }));
  return {content: [{type: 'text', text}], isError: true};
}

/** Characters of the message, and of the hint. */
const MOST = 1500;

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
