/**
 * What a directory is called while it is removed, beside those of the invocations: `.removing-<invocation>`, or
 * `.removing-<invocation>.<number>` of a job. No invocation is called so.
 */
import {type InvocationId, parseInvocationId} from '../../../base/index.ts';

const PREFIX = '.removing-';

/** `number`: of the job; undefined for the whole invocation. */
export function removalName(invocation: string, number?: number): string {
  return number === undefined ? `${PREFIX}${invocation}` : `${PREFIX}${invocation}.${number}`;
}

/** Undefined for any other name. */
export function parseRemovalName(
  name: string,
): {readonly invocation: InvocationId; readonly number: number | undefined} | undefined {
  const [, id = '', number] = /^\.removing-([^.]+)(?:\.(\d{1,15}))?$/.exec(name) ?? [];
  const invocation = parseInvocationId(id);
  return invocation && {invocation, number: number === undefined ? undefined : Number(number)};
}
