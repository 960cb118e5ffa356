export {checkPrivate, makePrivateDirectory, openPrivate, PRIVATE_DIRECTORY, PRIVATE_FILE} from './private-file.ts';
export {systemClock} from './system-clock.ts';
