import type {RepoPolicy} from '../../domain/index.ts';
import {optionsFromWire, type ParsedPayload} from '../../protocol/index.ts';
import type {Submission} from '../../usecases/index.ts';

/** What a submission sets for its whole repository. */
export function policyOf({policy = {}}: Pick<ParsedPayload<'Submit'>, 'policy'>): Partial<RepoPolicy> {
  const {keep_last: keepLast, max_total_bytes: maxTotalBytes} = policy;
  return {
    ...(keepLast === undefined ? {} : {keepLast}),
    ...(maxTotalBytes === undefined ? {} : {maxTotalBytes}),
  };
}

/** What the protocol calls a submission, in the words of the use case. */
export function submissionOf(payload: ParsedPayload<'Submit'>): Submission {
  return {
    repo: payload.repo,
    place: payload.place,
    invocation: payload.invocation,
    triggerCommand: payload.trigger_command,
    hookType: payload.hook_type,
    cwd: payload.cwd,
    umask: payload.umask,
    environment: payload.env,
    setEnvironment: payload.set_env,
    checkout: payload.checkout,
    ifRunning: payload.if_running ?? 'allow',
    jobs: payload.jobs.map(job => ({
      name: job.name,
      command: job.command,
      tags: job.tags,
      cwd: job.cwd,
      umask: job.umask,
      needs: job.needs.map(({invocation, name, end}) => ({invocation, name, end})),
      ...optionsFromWire(job),
    })),
  };
}
