/**
 * A plan as the entries that ACP has. What of it ACP cannot tell (steps that are blocked or cancelled, ids, a title) is
 * not in them: whoever sends them keeps the plan beside them.
 */
import * as v from 'valibot';

import {isObject} from '../../../base/index.ts';
import {isText, type JsonObject} from '../json-shape.ts';

const priority = v.picklist(['high', 'medium', 'low']);
const status = v.picklist(['pending', 'in_progress', 'completed']);
/** https://agentclientprotocol.com/protocol/schema#planentry */
const planEntry = v.strictObject({content: v.string(), priority, status});

export type PlanEntry = Readonly<v.InferOutput<typeof planEntry>>;

/** What a client that knows three states is told of the others: blocked work still waits, cancelled work is over. */
const STATUSES: Readonly<Record<string, PlanEntry['status']>> = {blocked: 'pending', cancelled: 'completed'};

/** The plan itself where it is a list of legal entries; else the entries that tell as much of it as ACP can. */
export function planEntries(plan: unknown): readonly PlanEntry[] {
  if (Array.isArray(plan)) return v.is(v.array(planEntry), plan) ? plan : plan.map(entryOf);
  if (isText(plan)) return [entryOf(plan)];
  if (!isObject(plan)) return [];
  const steps = [plan.steps, plan.entries].find(Array.isArray);
  return steps === undefined ? [entryOf(plan)] : steps.map(entryOf);
}

function entryOf(step: unknown): PlanEntry {
  if (!isObject(step)) return {content: isText(step) ? step : '', priority: 'medium', status: 'pending'};
  return {
    content: contentOf(step),
    priority: v.is(priority, step.priority) ? step.priority : 'medium',
    status: statusOf(step.status),
  };
}

function contentOf({content, title, summary}: JsonObject): string {
  return [content, title, summary].find(isText) ?? '';
}

function statusOf(told: unknown): PlanEntry['status'] {
  if (v.is(status, told)) return told;
  return (isText(told) && Object.hasOwn(STATUSES, told) ? STATUSES[told] : undefined) ?? 'pending';
}
