/** What of a job was asked for that is not the usual, for a person. */
import {sizeText, visible} from '../../base/index.ts';
import {
  DEFAULT_JOB_OPTIONS,
  type JobSpec,
  longestBackoffMs,
  needText,
} from '../../coordinator/domain/index.ts';
import {durationText} from '../output/human.ts';

type Asked = Pick<
  JobSpec,
  | 'needs'
  | 'timeoutMs'
  | 'retries'
  | 'backoffMs'
  | 'retryOn'
  | 'maxMemoryBytes'
  | 'group'
  | 'priority'
  | 'attempt'
>;

/** In the order in which they matter to it. */
export function askedFacts(spec: Asked): readonly (readonly [string, string | undefined])[] {
  const {needs, timeoutMs, maxMemoryBytes, group, priority} = spec;
  return [
    ['after', needs.length === 0 ? undefined : needsText(needs)],
    ['at most', timeoutMs === null ? undefined : durationText(timeoutMs)],
    ['memory', maxMemoryBytes === null ? undefined : `at most ${sizeText(maxMemoryBytes)}, about`],
    ['again', againText(spec)],
    ['group', group === null ? undefined : visible(group)],
    ['priority', priority === DEFAULT_JOB_OPTIONS.priority ? undefined : String(priority)],
  ];
}

const MOST_NEEDS = 5;

function needsText(needs: Asked['needs']): string {
  const named = needs.slice(0, MOST_NEEDS).map(need => `${visible(needText(need))} ${HOW[need.end]}`);
  const more = needs.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

const HOW = {completed: 'has completed', ended: 'has ended', failed: 'has failed', gone: 'is gone'} as const;

function againText({retries, retryOn, attempt, ...pause}: Asked): string | undefined {
  if (retries === 0) return undefined;
  const codes = retryOn === null ? 'if it fails' : `on ${retryOn.join(', ')}`;
  const left = Math.max(0, retries + 1 - attempt);
  if (left === 0) return `${codes}; this is the last attempt`;
  return `${codes}, ${left} more; after ${durationText(longestBackoffMs(pause, attempt))} at most`;
}
