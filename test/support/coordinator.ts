/** What the coordinator of a sandbox says of itself, asked without a process. */
import {Client} from '../../src/coordinator/client/index.ts';
import {type Sandbox, until} from './sandbox.ts';

export interface Counts {
  readonly running: number;
  readonly queued: number;
  /** Jobs that are not closed. */
  readonly open: number;
}

/** Resolves when the coordinator counts so many jobs. */
export async function untilCounted(sandbox: Sandbox, wanted: Partial<Counts>): Promise<void> {
  const client = new Client({state: sandbox.state});
  await until(async () => {
    const counts = await client.health();
    return counts !== undefined && KINDS.every(kind => (wanted[kind] ?? counts[kind]) === counts[kind]);
  });
}

const KINDS = ['running', 'queued', 'open'] as const;
