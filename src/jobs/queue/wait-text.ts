/** In words: for what a queued job waits, and what to do about it. */
import {visible} from '../../base/index.ts';
import type {Queue} from '../../coordinator/client/index.ts';
import {needText} from '../../coordinator/domain/index.ts';

/** Where a job stands in the queue, as its coordinator tells it. */
export type WaitingPlace = Pick<Queue['waiting'][number], 'position' | 'reason'>;

/** Whether something has to happen before it could start, however many run: then its position says nothing. */
export function isBlocked({reason}: WaitingPlace): boolean {
  return reason !== undefined && BLOCKS.includes(reason.why);
}

const BLOCKS: readonly string[] = ['need', 'attempt', 'backoff'];

/** `directory` is the job's own, which is called here. */
export function waitText(queue: Queue, {position, reason}: WaitingPlace, directory: string): string {
  const {held, parallel} = queue;
  switch (reason?.why) {
    case 'need':
      return needsText(reason);
    case 'attempt':
      return 'the attempt before it has not ended altogether';
    case 'backoff':
      return `it is tried again at ${new Date(reason.until_ms ?? 0).toLocaleTimeString('en-GB')}`;
    case 'group':
      return `as many jobs of the group ${reason.group} run as may (the limit is ${reason.limit}). ${MORE_AT_ONCE} ${(reason.limit ?? 0) + 1} --group ${reason.group}. ${PAST_THE_QUEUE}`;
    default: {
      const behind = behindText(queue, position);
      if (held !== null)
        return `${behind === '' ? '' : `${behind}, and `}starting jobs fails for now and is tried again: ${visible(held)}`;
      return `${behind} (the limit is ${parallel})${runningText(queue, directory)}. ${MORE_AT_ONCE} ${parallel * 2}. ${PAST_THE_QUEUE}`;
    }
  }
}

function needsText({needs = [], needs_count = needs.length}: NonNullable<WaitingPlace['reason']>): string {
  const named = needs
    .slice(0, MOST_NAMES)
    .map(({invocation, name, end}) => `${visible(needText({invocation, name}))}${WISHES[end] ?? ''}`);
  const more = needs_count - named.length;
  return `after ${[...named, ...(more > 0 ? [`${more} more`] : [])].join(', ')}`;
}

const WISHES: Readonly<Record<string, string>> = {
  failed: ' has failed',
  ended: ', however it ends',
  gone: ', which it replaces, is gone',
};

const MORE_AT_ONCE = 'More at once: stint parallel';
const PAST_THE_QUEUE = 'Past the queue: stint run --now';

/** How many jobs run or start before it. */
export function countBehind({running}: Queue, position: number): number {
  return running + position - 1;
}

function behindText({running}: Queue, position: number): string {
  const before = position - 1;
  const counts = [
    ...(running === 0 ? [] : [`${running} running ${running === 1 ? 'job' : 'jobs'}`]),
    ...(before === 0 ? [] : [`${before} queued ${before === 1 ? 'job' : 'jobs'}`]),
  ];
  return counts.length === 0 ? '' : `behind ${counts.join(' and ')}`;
}

/** Which jobs run, by their directories, those with most of them first; empty where none does. */
function runningText({running, running_jobs}: Queue, directory: string): string {
  const byDirectory = new Map<string, string[]>();
  for (const job of running_jobs)
    byDirectory.set(job.directory, [...(byDirectory.get(job.directory) ?? []), visible(job.name)]);
  const groups = [...byDirectory].sort(([, some], [, others]) => others.length - some.length);
  const named = groups.slice(0, MOST_DIRECTORIES);
  const rest = running - named.reduce((sum, [, names]) => sum + names.length, 0);
  const texts = named.map(
    ([at, names]) => `${namesText(names)} ${at === directory ? 'here' : `in ${visible(at)}`}`,
  );
  const all = [...texts, ...(rest > 0 ? [`${rest} more`] : [])];
  return all.length === 0 ? '' : `: ${all.join('; ')}`;
}

const MOST_DIRECTORIES = 4;
const MOST_NAMES = 3;

function namesText(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  if (more > 0) return `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more`;
  const last = names.slice(-1);
  return [...(names.length > 1 ? [names.slice(0, -1).join(', ')] : []), ...last].join(' and ');
}
