/** Loaded where a reader met a store that is older than this stint. */
import {migrateStore} from '../../jobs/index.ts';
import {say} from '../output/write.ts';

/** Has the store brought up to date that `error` tells of; throws that error where it names none. */
export function updateStore(error: unknown): Promise<void> {
  return migrateStore(error, say);
}
