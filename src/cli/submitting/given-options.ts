/** What was given with the flags of `run` about the job itself. */
import {JOB_FLAGS, jobOptionValue, StintError} from '../../base/index.ts';
import {type ByteString, fromBytes} from '../../coordinator/domain/index.ts';
import type {GivenJobOptions} from '../../jobs/index.ts';
import {argumentValue} from '../../platform/index.ts';
import type {Options} from '../command.ts';
import {keyOfOption, namesOf} from '../command-line/parse.ts';

export async function givenJobOptions(options: Options): Promise<GivenJobOptions> {
  const given: Record<string, unknown> = {};
  for (const option of JOB_FLAGS) {
    const [flag = ''] = namesOf(option.flags);
    const value = options[keyOfOption(option)];
    given[option.name] = typeof value === 'string' ? await jobOptionValue(option, value, flag) : value;
  }
  return given as GivenJobOptions;
}

/** What `--env` sets, by names. */
export function givenVariables(assignments: readonly string[] = []): ReadonlyMap<string, ByteString> {
  const set = new Map<string, ByteString>();
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    if (at < 1)
      // Not told: where the name was forgotten it is the value, perhaps of a secret.
      throw new StintError('USAGE', 'What --env was given is not NAME=value.', {
        hint: 'For example: --env CI=1',
      });
    set.set(assignment.slice(0, at), fromBytes(argumentValue(assignment)));
  }
  return set;
}
