/** What more than one message holds. */
import * as v from 'valibot';

import {
  GROUP_NAME_RULE,
  type InvocationId,
  isGroupName,
  parseInvocationId,
  parseRepoId,
  type RepoId,
} from '../../base/index.ts';
import {type ByteString, byProblem, nameProblem, toBytes} from '../domain/index.ts';

export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A string, or the base64 of bytes that are not UTF-8. */
const byteString = v.union([v.string(), v.strictObject({base64: v.pipe(v.string(), v.base64())})]);
/** What can be given to a program: no zero byte ends it early. */
export const argument = v.pipe(
  byteString,
  v.check(value => !toBytes(value).includes(0), 'holds a zero byte'),
);
/** A name that a person gives to several jobs. */
export const groupName = v.pipe(
  v.string(),
  v.check(isGroupName, `not the name of a group: ${GROUP_NAME_RULE}`),
);
export const argumentText = v.pipe(
  v.string(),
  v.check(text => !text.includes('\0'), 'holds a zero byte'),
);
export const mode = v.pipe(count, v.maxValue(0o777));
export const repoId = v.pipe(
  v.string(),
  v.check(text => parseRepoId(text) !== undefined, 'not a repository id'),
  v.transform(text => text as RepoId),
);
export const invocationId = v.pipe(
  v.string(),
  v.check(text => parseInvocationId(text) !== undefined, 'not an invocation id'),
  v.transform(text => text as InvocationId),
);
export const variable = v.pipe(argument, v.check(isAssignment, 'not NAME=value'));
export const absolutePath = v.pipe(
  v.string(),
  v.check(path => path.startsWith('/') && !path.includes('\0'), 'not an absolute path'),
);
export const jobName = v.pipe(
  v.string(),
  v.check(
    name => nameProblem(name) === undefined,
    ({input}) => `cannot be a job's name, ${nameProblem(input)}`,
  ),
);
/** Who starts a job, or asks for something to be done about jobs. */
export const submitter = v.pipe(
  v.string(),
  v.check(
    text => byProblem(text) === undefined,
    ({input}) => `cannot say whose a job is, ${byProblem(input)}`,
  ),
);

export const nothing = v.strictObject({});

/** Which attempt of which job. */
export const jobKey = v.object({repo: repoId, invocation: invocationId, name: v.string(), attempt: count});

function isAssignment(entry: ByteString): boolean {
  return toBytes(entry).indexOf('=') > 0;
}
