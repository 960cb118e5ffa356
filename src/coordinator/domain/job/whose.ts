/**
 * Whose job it is, and who may act on it. A name says whose: that of an agent or of whatever a person calls himself, and behind
 * a slash what is told apart within that, as in `claude-code/<session>`. Not everybody knows the part behind the slash (a server
 * of an agent often does not know the session), so a name without it is the same as one with it. Pure.
 */
import {counted, StintError, visible, wellFormed} from '../../../base/index.ts';

/** Bytes; an agent's name with the id of its session takes less than half. */
const MOST_BYTES = 200;

/** Why a text cannot say whose a job is, or undefined when it can. */
export function byProblem(text: string): string | undefined {
  if (text.trim() === '') return 'it is empty';
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BYTES) return `it is ${bytes} bytes long, at most ${MOST_BYTES} are possible`;
  if (/\p{Cc}/u.test(text)) return 'it holds a control character';
  return wellFormed(text) === text ? undefined : 'it holds half a character';
}

/** Equal, or one leaves out what the other tells behind a slash. */
export function isSameSubmitter(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

/**
 * Whether a job may be ended or removed without more ado. `asker`: who asks; null for somebody of whom nobody knows a name, who is
 * taken for the person to whom all of it belongs. `by`: who started the job; what nobody claimed is not that of one who has a name.
 */
export function mayActOn(asker: string | null, by: string | null): boolean {
  return asker === null || (by !== null && isSameSubmitter(asker, by));
}

export interface OwnedJob {
  readonly address: string;
  readonly by: string | null;
}

/** Throws `JOB_OF_OTHERS` where one of the jobs may not be acted on. */
export function refuseOthers(asker: string | null, jobs: readonly OwnedJob[]): void {
  const others = jobs.filter(({by}) => !mayActOn(asker, by));
  if (asker !== null && others.length > 0) throw jobOfOthers(asker, others);
}

/** Why nothing was done about these. */
export function jobOfOthers(asker: string, others: readonly OwnedJob[]): StintError {
  const named = others.slice(0, MOST_NAMED).map(ownedText).join(', ');
  const rest = others.length > MOST_NAMED ? ', …' : '';
  const [which, it] =
    others.length === 1 ? [named, 'it'] : [`${counted(others.length, 'job')} (${named}${rest})`, 'them'];
  return new StintError(
    'JOB_OF_OTHERS',
    `You are ${visible(asker)}, and did not start ${which}: nothing was done.`,
    {hint: `If you mean ${it} all the same: --others (of a tool others: true)`},
  );
}

/** `3fa9c1d2e4b5:test of codex`. */
function ownedText({address, by}: OwnedJob): string {
  return `${visible(address)} of ${by === null ? 'somebody without a name' : visible(by)}`;
}

const MOST_NAMED = 5;
