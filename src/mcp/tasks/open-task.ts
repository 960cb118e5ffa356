/** Work that goes on behind the answer to a call, for a client that declared Tasks. */
import type {TaskStatus} from '@modelcontextprotocol/server';

export interface OpenTask {
  readonly task: TaskFacts;
}

/** As `io.modelcontextprotocol/tasks` has it. */
export interface TaskFacts {
  readonly taskId: string;
  readonly status: TaskStatus;
  readonly statusMessage?: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  /** From its creation; null for ever. */
  readonly ttlMs: number | null;
  readonly pollIntervalMs?: number;
}

export function isOpenTask(answer: object): answer is OpenTask {
  return 'task' in answer;
}
