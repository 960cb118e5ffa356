export type {Bounds} from './server/bounds.ts';
export {serveMcp} from './server/serve.ts';
