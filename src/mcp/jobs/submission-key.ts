/**
 * The same key, given again in the same place, is the same submission: its invocation's id is made of both, and the
 * coordinator takes no id in twice. So a call that is repeated, by whomever and whatever was killed meanwhile, finds its job.
 */
import {createHash} from 'node:crypto';

import {type InvocationId, parseInvocationId, StintError, visible} from '../../base/index.ts';
import {type ByteString, toText} from '../../coordinator/domain/index.ts';
import {keyOfListed, type ListedJob, submittedCommand} from '../../coordinator/reader/index.ts';
import {exactAddress, openReadingPlace} from '../../jobs/index.ts';
import {findStateDirectory} from '../../platform/index.ts';
import type {Host} from './host.ts';

/** `here`: the worktree, or the directory outside git. Of 48 bits, as every such id. */
export function invocationOfKey(here: string, key: string): InvocationId {
  const text = createHash('sha256').update(`${here}\0${key}`).digest('hex').slice(0, 12);
  return parseInvocationId(text) as InvocationId;
}

export interface KeyedSubmission {
  readonly invocation: InvocationId;
  /** What was submitted with that key. */
  readonly known: ListedJob | undefined;
}

/** `directory`: where the job is to run. */
export function keyedSubmission({state}: Host, directory: string, key: string): KeyedSubmission {
  const place = openReadingPlace(() => directory, state);
  try {
    const invocation = invocationOfKey(place.here ?? directory, key);
    const row = place.reader?.candidates(invocation, '').find(each => each.invocation_id === invocation);
    return {invocation, known: row && place.reader?.look(row)};
  } finally {
    place.reader?.close();
  }
}

/** Throws `USAGE` where the key is that of other work: its result would be taken for that of this one. */
export function refuseOtherWork(
  {state: told}: Host,
  key: string,
  known: ListedJob,
  wanted: readonly ByteString[],
): void {
  const state = findStateDirectory(told);
  const command = state === undefined ? undefined : submittedCommand(state, keyOfListed(known));
  if (command === undefined || isSame(command, wanted)) return;
  throw new StintError(
    'USAGE',
    `The key ${visible(key)} is that of ${exactAddress(known)}, which runs another command.`,
    {hint: 'Give each piece of work a key of its own.'},
  );
}

function isSame(one: readonly ByteString[], other: readonly ByteString[]): boolean {
  return JSON.stringify(one.map(toText)) === JSON.stringify(other.map(toText));
}
