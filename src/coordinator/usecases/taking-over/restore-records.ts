import type {StatusRecord} from '../../domain/index.ts';
import type {Run} from '../job-run.ts';

/** Records again what a journal lacks that somebody took away while nobody looked; its output is recorded again anyhow. */
export async function restoreRecords(run: Run, missing: readonly StatusRecord[]): Promise<void> {
  for (const {ts, data} of missing) {
    if (data.event === 'finished') await run.recorder.drain();
    await run.record(data, 'row-later', ts);
  }
  await run.record({event: 'restored', reason: 'it was removed, moved or cut'}, 'row-later');
}
