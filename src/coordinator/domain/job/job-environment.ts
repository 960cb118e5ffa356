import {pathBytes} from '../../../base/index.ts';
import {type ByteString, fromBytes, toBytes} from './byte-string.ts';
import {OWN_VARIABLES} from './job-variable.ts';

/**
 * What a job gets of its submitter's environment: all but what belongs to another job, or to the moment in which git calls
 * somebody. What was set for the job on purpose comes in its place.
 */
export function jobEnvironment(inherited: readonly ByteString[], set: readonly ByteString[]): ByteString[] {
  const isCalledByGit = inherited.some(entry => nameOf(entry) === 'GIT_EXEC_PATH');
  const replaced = new Set(set.map(nameOf));
  const isPassedOn = (name: string) =>
    !replaced.has(name) && !OWN_VARIABLES.has(name) && !(isCalledByGit && OF_GITS_MOMENT.has(name));
  return [
    ...inherited.filter(entry => isPassedOn(nameOf(entry))),
    ...set.filter(entry => !OWN_VARIABLES.has(nameOf(entry))),
  ];
}

/** The variable that names the directory in which a job is started. */
export function directoryVariable(directory: string): ByteString {
  return fromBytes(Buffer.concat([Buffer.from('PWD='), Buffer.from(pathBytes(directory) as string)]));
}

/**
 * What `git rev-parse --local-env-vars` names in any of git's versions, without the two that hand on configuration; and where
 * git keeps what is being pushed. They name a repository, an index or objects as they are while git waits for its hook: a job
 * that lives on would change the wrong ones.
 */
const OF_GITS_MOMENT: ReadonlySet<string> = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
]);

/** Each byte a character, so that names that are not UTF-8 can be compared. */
function nameOf(entry: ByteString): string {
  const bytes = toBytes(entry);
  return bytes.toString('latin1', 0, bytes.indexOf('=', 1));
}
