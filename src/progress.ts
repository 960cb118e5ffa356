/** `stint/progress`: how a program reports where its time goes and how that is read; and the events of one kind of work. */
export * from './progress/public.ts';
export {semanticBackfill} from './semantic-backfill/index.ts';
