export {listSessions, type SessionFiles} from './list-sessions.ts';
export {refuseForeignSession, removeSession, removeSessionFiles, tornPath} from './remove-session.ts';
export {sessionFileName} from './session-file-name.ts';
export {lockSession} from './session-lock.ts';
