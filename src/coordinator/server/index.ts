export type {Routes} from './routes.ts';
export {type RunningServer, type ServeOptions, serve} from './server.ts';
