/** Jobs that report progress, and what became of them. */
import {eventsOf, onlyJobDirectory, recordsIn} from './library-jobs.ts';
import {type Sandbox, until} from './sandbox.ts';

/** A shell function: `report <phase> <sub_phase> ['"more": fields']` appends one record, as any program may. */
export const REPORT = `report() {
  printf '{"event":"%s","phase":"%s","sub_phase":"%s","ts_ms":%s%s}\\n' \\
    "$1_$2" "$1" "$2" "$(date +%s%3N)" "\${3:+,$3}" >> "$STINT_PROGRESS_JSONL"
}
`;

export interface StallRecord {
  readonly event: string;
  readonly silent_ms?: number;
  readonly stalled_ms?: number;
  readonly phase?: string;
  readonly batch_index?: number;
  readonly open_ms?: number;
  readonly seen?: readonly number[];
}

/** The `stalled` and `resumed` records of the job with this name. */
export function stallsOf(sandbox: Sandbox, name: string): StallRecord[] {
  const events: StallRecord[] = eventsOf(recordsIn(onlyJobDirectory(sandbox, name)));
  return events.filter(({event}) => event === 'stalled' || event === 'resumed');
}

/** Resolves when the newest of these records is this one. */
export async function untilLast(sandbox: Sandbox, name: string, event: 'stalled' | 'resumed'): Promise<void> {
  await until(() => stallsOf(sandbox, name).at(-1)?.event === event);
}

/** Submits a job that reports; a shell runs it. */
export function submitReporting(
  sandbox: Sandbox,
  name: string,
  script: string,
  {stallAfter = '500ms', more = [] as readonly string[], env = {} as NodeJS.ProcessEnv} = {},
): Promise<string> {
  return sandbox.submit(['--name', name, '--stall-after', stallAfter, ...more, '-c', `${REPORT}${script}`], {
    env,
  });
}
