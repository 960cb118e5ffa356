/** What more than one message holds. */
import * as v from 'valibot';

import {byProblem, toBytes} from '../domain/index.ts';

export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A string, or the base64 of bytes that are not UTF-8. */
const byteString = v.union([v.string(), v.strictObject({base64: v.pipe(v.string(), v.base64())})]);
/** What can be given to a program: no zero byte ends it early. */
export const argument = v.pipe(
  byteString,
  v.check(value => !toBytes(value).includes(0), 'holds a zero byte'),
);
export const argumentText = v.pipe(
  v.string(),
  v.check(text => !text.includes('\0'), 'holds a zero byte'),
);
/** Who starts a job, or asks for something to be done about jobs. */
export const submitter = v.pipe(
  v.string(),
  v.check(
    text => byProblem(text) === undefined,
    ({input}) => `cannot say whose a job is, ${byProblem(input)}`,
  ),
);
