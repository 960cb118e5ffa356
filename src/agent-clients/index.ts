export {type Change, changeClient, type Wish} from './change-client.ts';
export {CLIENT_NAMES, CLIENTS, type ClientName} from './clients.ts';
