export * from './public.ts';
export {fired, Reconnection} from './reconnection.ts';
export {type RetryPolicy, retry} from './retry.ts';
