/** What a job may wait for: that another job of its repository has ended. */
import type {InvocationId} from '../../../base/index.ts';

/** How that one has to end, where somebody asks for it: well, in any way, or as a failure that nobody wished. */
export const NEED_ENDS = ['completed', 'ended', 'failed'] as const;
export type NeedEnd = (typeof NEED_ENDS)[number];

/** The job, with whatever attempt of it is the last one. */
export interface Need {
  readonly invocation: InvocationId;
  readonly name: string;
  /** `gone`: in any way, and nothing that could be found of it is left. It is cancelled for that, since this one takes its place. */
  readonly end: NeedEnd | 'gone';
}

/** A job has no more: that would be nobody's wish. */
export const MOST_NEEDS = 1000;

/** One that somebody asked for. */
export type AskedNeed = Need & {readonly end: NeedEnd};

/** For people: `3fa9c1:build`. */
export function needText({invocation, name}: {readonly invocation: string; readonly name: string}): string {
  return `${invocation.slice(0, 6)}:${name}`;
}
