/** What a worker reports: records, the sink, and the analysis of where its time goes; with what only stint itself needs of it. */
export {outcomeAfterEnd} from './analysis/index.ts';
export {workText} from './movement.ts';
export * from './public.ts';
