import {type JobKey, StintError} from '../../base/index.ts';

export function noSuchJob({invocation, name}: JobKey): StintError {
  return new StintError('JOB_NOT_FOUND', `There is no job ${invocation}:${name}.`, {hint: 'Run: stint ls'});
}
