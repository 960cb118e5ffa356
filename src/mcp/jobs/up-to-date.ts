/** A reader cannot bring an older store up to date, the coordinator can: then once more. */
import {hasCode} from '../../base/index.ts';
import {migrateStore} from '../../jobs/index.ts';
import type {Host} from './host.ts';

/** Rejects with what the work rejects with, and where the store cannot be brought up to date. */
export async function withStoreUpToDate<T>({notify}: Host, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!hasCode(error, 'OLDER_SCHEMA')) throw error;
    await migrateStore(error, notify);
    return work();
  }
}
