/** How long ago a job was submitted, whatever has been done to the clock since. Pure. */
import {elapsedMs, type Moment} from '../../../base/index.ts';
import type {Invocation} from './job-spec.ts';

type Submitted = Pick<Invocation, 'createdAt' | 'uptime'>;

/**
 * Milliseconds. Over a boot only the wall clock tells, and that it is at least as long as the machine is up since. May be
 * below zero where the clock was put back and nobody recorded the uptime.
 */
export function ageOfJob({createdAt, uptime}: Submitted, now: Moment): number {
  const age = elapsedMs({at: createdAt, ...(uptime === undefined ? {} : {uptime})}, now);
  if (age !== undefined) return age;
  const isOfEarlierBoot = uptime !== undefined && now.uptime !== undefined;
  return Math.max(now.at - createdAt, isOfEarlierBoot ? now.uptime.ms : Number.NEGATIVE_INFINITY);
}

/** Whether the machine was started anew since; `bootedAt` in Unix milliseconds counts where no boot was recorded. */
export function isOfEarlierBoot(
  {createdAt, uptime}: Submitted,
  here: {readonly bootId: string | null; readonly bootedAt: number},
): boolean {
  if (uptime === undefined || here.bootId === null) return createdAt < here.bootedAt;
  return uptime.bootId !== here.bootId;
}
