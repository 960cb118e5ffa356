export {optionsToWire} from '../protocol/index.ts';
export * from './public.ts';
export {Reconnection} from './reconnection.ts';
export {type RetryPolicy, retry} from './retry.ts';
