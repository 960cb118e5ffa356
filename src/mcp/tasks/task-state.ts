/** A task as it is now, whoever began it: made from the job, or from what its id says of a waiting. */
import {hasCode, StintError} from '../../base/index.ts';
import {isOver as isJobOver} from '../../coordinator/domain/index.ts';
import {keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';
import {systemClock} from '../../platform/index.ts';
import type {Answer} from '../answers/answer.ts';
import {errorAnswer} from '../answers/error-answer.ts';
import {jobAnswer} from '../answers/job-answer.ts';
import {waitAnswer} from '../answers/wait-answer.ts';
import {standingText} from '../answers/words.ts';
import type {Host} from '../jobs/host.ts';
import {attended, viewed} from '../jobs/look.ts';
import {meantJobs, namedJob} from '../jobs/named-jobs.ts';
import {jobTask} from './job-task.ts';
import type {TaskFacts} from './open-task.ts';
import {type AskedWait, parseWaitTaskId, waitTask} from './wait-task.ts';

/** With the result of the call once it is completed. */
export type TaskState = TaskFacts & {readonly result?: Readonly<Record<string, unknown>>};

export interface TaskLook {
  readonly host: Host;
  /** Waitings that somebody cancelled. */
  readonly cancelled: ReadonlySet<string>;
}

/** Rejects with `NO_MATCH` for an id that no task has, or has any more. */
export async function taskState({host, cancelled}: TaskLook, taskId: string): Promise<TaskState> {
  const asked = parseWaitTaskId(taskId);
  if (asked !== undefined) return waitState(host, taskId, asked, cancelled.has(taskId));
  const job = await namedJob(host, taskId);
  await attended(host, [job]);
  const [now] = await viewed(host, [job]);
  if (now === undefined) throw new StintError('NO_MATCH', `There is no task ${taskId}.`);
  const task = {...jobTask(now), taskId};
  return task.status === 'completed' ? {...task, result: resultOf(await jobAnswer(now))} : task;
}

async function waitState(
  host: Host,
  taskId: string,
  asked: AskedWait,
  isCancelled: boolean,
): Promise<TaskState> {
  const task = {...waitTask(asked, ''), taskId};
  if (isCancelled) return over(task, 'cancelled', 'the waiting was cancelled; the jobs go on');
  let jobs: readonly ListedJob[];
  try {
    jobs = await meantJobs(host, asked.jobs);
  } catch (error) {
    if (!hasCode(error, 'NO_MATCH')) throw error;
    const {content} = errorAnswer(error); // removed while it was waited for: that is what the waiting came to
    return {
      ...over(task, 'completed', 'a job was removed meanwhile'),
      result: {resultType: 'complete', content, isError: true},
    };
  }
  await attended(host, jobs);
  const ends = jobs.filter(isJobOver);
  const isDone = asked.any ? ends.length > 0 : ends.length === jobs.length;
  const now = await viewed(host, jobs);
  const standing = now.map(({view}) => standingText(view)).join('; ');
  const isLate = systemClock.now() >= asked.until;
  if (!isDone && !isLate) return {...task, statusMessage: standing};
  const told = isDone && asked.any ? ends : jobs;
  return {
    ...over(task, 'completed', standing),
    result: resultOf(await waitAnswer(host, told.map(keyOfListed), !isDone)),
  };
}

function over(
  {pollIntervalMs: _, ...task}: TaskFacts,
  status: TaskFacts['status'],
  statusMessage: string,
): TaskFacts {
  return {...task, status, statusMessage};
}

function resultOf({text, structured}: Answer): Readonly<Record<string, unknown>> {
  return {resultType: 'complete', content: [{type: 'text', text}], structuredContent: structured};
}

/** Nothing more will change. */
export function isSettled({status}: TaskFacts): boolean {
  return status !== 'working';
}
