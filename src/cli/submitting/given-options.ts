/** What was given with the flags of `run` about the job itself. */
import {JOB_FLAGS, type JobOption, jobOptionValue, REPO_OPTIONS, StintError} from '../../base/index.ts';
import {type ByteString, fromBytes} from '../../coordinator/domain/index.ts';
import type {GivenJobOptions, GivenRepoOptions} from '../../jobs/index.ts';
import {argumentValue} from '../../platform/index.ts';
import type {Options} from '../command.ts';
import {keyOfOption, namesOf} from '../command-line/parse.ts';

export async function givenJobOptions(options: Options): Promise<GivenJobOptions> {
  return givenBy(JOB_FLAGS, options) as Promise<GivenJobOptions>;
}

/** What was given with the flags of `run` about the whole repository. */
export async function givenRepoOptions(options: Options): Promise<GivenRepoOptions> {
  return givenBy(REPO_OPTIONS, options) as Promise<GivenRepoOptions>;
}

type Flag = JobOption & {readonly flags: string; readonly description: string};

async function givenBy(flags: readonly Flag[], options: Options): Promise<Record<string, unknown>> {
  const given: Record<string, unknown> = {};
  for (const option of flags) {
    const [flag = ''] = namesOf(option.flags);
    const value = options[keyOfOption(option)];
    given[option.name] = typeof value === 'string' ? await jobOptionValue(option, value, flag) : value;
  }
  return given;
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
