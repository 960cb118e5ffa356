import type {LogStore} from '../../log-store.ts';
import {MemoryStore} from '../memory.ts';
export class FileStore extends MemoryStore implements LogStore {
  constructor(_d: string, _e: boolean) {
    super();
  }
}
