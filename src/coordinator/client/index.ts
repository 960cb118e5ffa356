export {eventPassToWire, limitsToWire, optionsToWire} from '../protocol/index.ts';
export * from './public.ts';
export {Reconnection} from './reconnection.ts';
export {retry} from './retry.ts';
