/** Which request does what. */
import type {Clock} from '../../base/index.ts';
import {StintError} from '../../base/index.ts';
import {packageVersion} from '../../platform/index.ts';
import {SCHEMA_VERSION} from '../../store/index.ts';
import {isEnded, type Job, keyOf} from '../domain/index.ts';
import type {Answer, Outcome, ParsedPayload} from '../protocol/index.ts';
import type {Routes} from '../server/index.ts';
import type {Submission} from '../usecases/index.ts';
import type {Coordinator} from './build.ts';
import type {Diagnostics} from './diagnostics.ts';
import {writeParallel} from './settings.ts';

export interface RouteContext {
  readonly state: string;
  readonly clock: Clock;
  readonly log: Diagnostics;
  readonly coordinator: Coordinator;
  readonly connections: () => number;
  readonly leave: (reason: string) => void;
}

export function buildRoutes(context: RouteContext): Routes {
  const {coordinator, log, state, clock} = context;
  const {ledger, supervisor, submit} = coordinator;
  const about: Answer<'Ping'> = {
    version: packageVersion(),
    schema: SCHEMA_VERSION,
    pid: process.pid,
    started_at_ms: clock.now(),
  };
  return {
    Ping: () => about,
    Submit: async payload => {
      ledger.register(payload.repo, payload.place, payload.moved ?? false);
      await submit(submissionOf(payload));
      return {invocation: payload.invocation, version: about.version};
    },
    Wait: ({job: key}, signal) =>
      new Promise<Outcome>((resolve, reject) => {
        const job = ledger.find(key);
        if (job === undefined) {
          reject(
            new StintError('JOB_NOT_FOUND', `There is no job ${key.invocation}:${key.name}.`, {
              hint: 'Run: stint ls',
            }),
          );
          return;
        }
        if (isEnded(job.state)) return resolve(outcomeOf(job));
        const giveUp = supervisor.waiters.add(key, ended => {
          signal.removeEventListener('abort', giveUp);
          resolve(outcomeOf(ended));
        });
        signal.addEventListener('abort', giveUp, {once: true});
      }),
    OpenRepo: ({repo}) => {
      ledger.open(repo);
      return {};
    },
    Health: () => ({
      ...about,
      ...supervisor.counts,
      parallel: supervisor.parallel,
      connections: context.connections(),
      troubles: log.troubles,
      last_errors: log.lastErrors,
    }),
    GetParallel: () => ({parallel: supervisor.parallel}),
    SetParallel: ({parallel}) => {
      writeParallel(state, parallel);
      supervisor.parallel = parallel;
      return {parallel};
    },
    Shutdown: ({reason}) => {
      setImmediate(() => context.leave(reason));
      return {};
    },
  };
}

function submissionOf(payload: ParsedPayload<'Submit'>): Submission {
  return {
    repo: payload.repo,
    place: payload.place,
    invocation: payload.invocation,
    triggerCommand: payload.trigger_command,
    hookType: payload.hook_type,
    cwd: payload.cwd,
    umask: payload.umask,
    environment: payload.env,
    checkout: payload.checkout,
    jobs: payload.jobs.map(job => ({
      name: job.name,
      command: job.command,
      tags: job.tags,
      sampleEvery: job.sample_every,
      lingerMs: job.linger_ms,
    })),
  };
}

function outcomeOf({spec, state}: Job): Outcome {
  const {invocation, name, attempt} = keyOf(spec);
  const ended = isEnded(state) ? state : undefined;
  return {
    name,
    invocation,
    attempt,
    status: state.status,
    exit_code: ended?.exitCode ?? null,
    message: ended?.message ?? null,
  };
}
