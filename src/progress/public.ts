/** `stint/progress`: all of it, and the events that one kind of work reports. */
export {semanticBackfill} from '../semantic-backfill/index.ts';
export * from './index.ts';
