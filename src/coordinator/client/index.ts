export * from './public.ts';
export {fired, Reconnection} from './reconnection.ts';
export {retry} from './retry.ts';
