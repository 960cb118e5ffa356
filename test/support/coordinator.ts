/** What the coordinator of a sandbox says of itself, asked without a process. */
import {Client} from '../../src/coordinator/client/index.ts';
import {type Sandbox, until} from './sandbox.ts';

export interface Counts {
  readonly running: number;
  readonly queued: number;
  /** Jobs that are not closed. */
  readonly open: number;
  /** Clients, the one that asks among them. */
  readonly connections: number;
}

/** Resolves when the coordinator counts so many. */
export async function untilCounted(sandbox: Sandbox, wanted: Partial<Counts>): Promise<void> {
  const client = new Client({state: sandbox.state});
  await until(async () => {
    const counts = await client.health().catch(() => undefined); // one that is being killed
    return counts !== undefined && KINDS.every(kind => (wanted[kind] ?? counts[kind]) === counts[kind]);
  });
}

const KINDS = ['running', 'queued', 'open', 'connections'] as const;
