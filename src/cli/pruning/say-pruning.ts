import {counted, sizeText} from '../../base/index.ts';
import {type LastPrune, readLastPrune} from '../../coordinator/adapters/index.ts';
import type {ListedJobs} from '../../jobs/index.ts';
import {clockTime} from '../output/human.ts';
import {say} from '../output/write.ts';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Says when jobs go that were recorded before stint removed any; and at the end of a whole list, what the last passes over its
 * repositories did.
 */
export function sayPruning(
  {state, repositories, now}: Pick<ListedJobs, 'state' | 'repositories' | 'now'>,
  {isWhole}: {readonly isWhole: boolean},
): void {
  const known = repositories.flatMap(({pruning}) => pruning ?? []);
  const gone = Math.min(...known.flatMap(({keptSince}) => keptSince ?? [])) + WEEK_MS;
  if (Number.isFinite(gone) && gone > now) say(announcement(gone, now));
  const passes = known.flatMap(({lastPass}) => lastPass ?? []);
  if (!isWhole || passes.length === 0) return;
  const {events} = state === undefined ? {} : readLastPrune(state);
  const ofEvents = events === undefined ? [] : lastEventsText(events, now);
  say([lastPassText(together(passes), now), ...ofEvents].join('; '));
}

type Pass = NonNullable<NonNullable<ListedJobs['repositories'][number]['pruning']>['lastPass']>;

/** As if the last of them had done what all did. */
function together(passes: readonly Pass[]): Pass {
  const sum = (key: 'jobs' | 'freed_bytes' | 'failed') => passes.reduce((all, pass) => all + pass[key], 0);
  const at_ms = Math.max(...passes.map(pass => pass.at_ms));
  return {at_ms, jobs: sum('jobs'), freed_bytes: sum('freed_bytes'), failed: sum('failed')};
}

/** Of jobs that were recorded by a version which never removed one, or brought back from a backup. */
export function announcement(gone: number, now: number): string {
  return `jobs of an earlier version, or that were restored, are removed from ${clockTime(gone, now)} on; to keep one for good: stint pin <address>`;
}

export function lastPassText({at_ms, jobs, freed_bytes, failed}: Pass, now: number): string {
  const removed =
    jobs === 0 ? 'nothing was removed' : `${counted(jobs, 'job')} removed, ${sizeText(freed_bytes)} freed`;
  const rest = failed === 0 ? '' : `; ${failed} could not be removed (stint prune says why)`;
  return `last looked for old jobs at ${clockTime(at_ms, now)}: ${removed}${rest}`;
}

/** What the last pass over sessions and topics did, where that is anything. */
export function lastEventsText(
  {at_ms, sessions, topics, freed_bytes, failed}: NonNullable<LastPrune['events']>,
  now: number,
): string[] {
  const cut = [
    ...(sessions === 0 ? [] : [counted(sessions, 'session')]),
    ...(topics === 0 ? [] : [counted(topics, 'topic')]),
  ].join(' and ');
  return [
    ...(cut === ''
      ? []
      : [`old events of ${cut} removed at ${clockTime(at_ms, now)}, ${sizeText(freed_bytes)} freed`]),
    ...(failed === 0
      ? []
      : [
          `${counted(failed, 'session or topic', 'sessions or topics')} left alone (stint prune --all-repos says why)`,
        ]),
  ];
}
