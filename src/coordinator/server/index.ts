export type {Routes, Streams} from './routes.ts';
export {type RunningServer, type ServeOptions, serve} from './server.ts';
