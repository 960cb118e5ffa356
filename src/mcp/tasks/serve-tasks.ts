/** `io.modelcontextprotocol/tasks`: what is asked of tasks. The ids are addresses, so those of any server of this state directory are known. */
import {ProtocolError, ProtocolErrorCode, type Server} from '@modelcontextprotocol/server';
import * as z from 'zod';

import {messageOf} from '../../base/index.ts';
import type {Host} from '../jobs/host.ts';
import {withStoreUpToDate} from '../jobs/up-to-date.ts';
import {callerOf, requireTasks, TASKS} from '../server/caller.ts';
import {toldToEnd} from '../tools/cancel.ts';
import {taskState} from './task-state.ts';
import {parseWaitTaskId} from './wait-task.ts';

const params = z.object({taskId: z.string().min(1)});
const updated = params.extend({inputResponses: z.record(z.string(), z.unknown()).optional()});
const result = z.looseObject({});

/** `cancelled`: waitings that were cancelled, to which those of this server are added. */
export function serveTasks(server: Server, host: Host, cancelled: Set<string>): void {
  server.registerCapabilities({extensions: {[TASKS]: {}}});
  server.setRequestHandler('tasks/get', {params, result}, async ({taskId}, context) => {
    requireTasks(context);
    return {resultType: 'complete', ...(await known(host, () => taskState({host, cancelled}, taskId)))};
  });
  server.setRequestHandler('tasks/cancel', {params, result}, async ({taskId}, context) => {
    requireTasks(context);
    await known(host, async () => {
      if (parseWaitTaskId(taskId) !== undefined) remember(cancelled, taskId);
      else await toldToEnd(host, callerOf(server, context), [taskId]);
    });
    return {resultType: 'complete'};
  });
  // No task of stint ever asks for anything: what comes for one that is there is dropped, as for requests that are over.
  server.setRequestHandler('tasks/update', {params: updated, result}, async ({taskId}, context) => {
    requireTasks(context);
    await known(host, () => taskState({host, cancelled}, taskId));
    return {resultType: 'complete'};
  });
}

/** The last so many: a client may cancel what it likes. */
const MOST_CANCELLED = 1000;

function remember(cancelled: Set<string>, taskId: string): void {
  cancelled.add(taskId);
  const [first] = cancelled;
  if (cancelled.size > MOST_CANCELLED && first !== undefined) cancelled.delete(first);
}

/** What is wrong with a task is wrong with the request. */
async function known<T>(host: Host, work: () => Promise<T>): Promise<T> {
  try {
    return await withStoreUpToDate(host, work);
  } catch (error) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, messageOf(error));
  }
}
