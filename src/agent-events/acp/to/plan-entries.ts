/**
 * A plan as the entries that ACP has. What of it ACP cannot tell (steps that are blocked or cancelled, ids, a title) is
 * not in them: whoever sends them keeps the plan beside them.
 */
import {hasOnly, isObject, isText, type JsonObject, oneOf} from '../json-shape.ts';

export interface PlanEntry {
  readonly content: string;
  readonly priority: string;
  readonly status: string;
}

const isPriority = oneOf('high', 'medium', 'low');
const isStatus = oneOf('pending', 'in_progress', 'completed');

/** What a client that knows three states is told of the others: blocked work still waits, cancelled work is over. */
const STATUSES: Readonly<Record<string, string>> = {blocked: 'pending', cancelled: 'completed'};

/** The plan itself where it is a list of legal entries; else the entries that tell as much of it as ACP can. */
export function planEntries(plan: unknown): readonly PlanEntry[] {
  if (Array.isArray(plan)) return plan.every(isLegal) ? plan : plan.map(entryOf);
  if (isText(plan)) return [entryOf(plan)];
  if (!isObject(plan)) return [];
  const steps = [plan.steps, plan.entries].find(Array.isArray);
  return steps === undefined ? [entryOf(plan)] : steps.map(entryOf);
}

function isLegal(entry: unknown): entry is PlanEntry {
  return (
    isObject(entry) &&
    isText(entry.content) &&
    isPriority(entry.priority) &&
    isStatus(entry.status) &&
    hasOnly(entry, ['content', 'priority', 'status'])
  );
}

function entryOf(step: unknown): PlanEntry {
  if (!isObject(step)) return {content: isText(step) ? step : '', priority: 'medium', status: 'pending'};
  const {priority} = step;
  return {
    content: contentOf(step),
    priority: isText(priority) && isPriority(priority) ? priority : 'medium',
    status: statusOf(step.status),
  };
}

function contentOf({content, title, summary}: JsonObject): string {
  return [content, title, summary].find(isText) ?? '';
}

function statusOf(status: unknown): string {
  if (!isText(status)) return 'pending';
  if (isStatus(status)) return status;
  return (Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined) ?? 'pending';
}
