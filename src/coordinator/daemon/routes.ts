/** Which request does what. */
import {type Clock, type JobKey, type Moment, StintError, spaceText} from '../../base/index.ts';
import {packageVersion, processSpace, systemMoment} from '../../platform/index.ts';
import {SCHEMA_VERSION} from '../../store/index.ts';
import {type CancelFilter, cancelMatch, isEnded, type Job, keyOf, runsElsewhere} from '../domain/index.ts';
import type {Answer, Outcome, ParsedPayload} from '../protocol/index.ts';
import type {Routes} from '../server/index.ts';
import type {LeftJob, Submission} from '../usecases/index.ts';
import type {Coordinator} from './build.ts';
import type {Diagnostics} from './diagnostics.ts';
import {writeParallel} from './settings.ts';
import {wireJob} from './wire-job.ts';

export interface RouteContext {
  readonly state: string;
  readonly clock: Clock;
  readonly log: Diagnostics;
  readonly coordinator: Coordinator;
  readonly connections: () => number;
  readonly unreadBytes: () => number;
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
    ...processSpace(),
  };
  const cancel = async (jobs: readonly Job[], graceMs: number) => {
    const hit = await Promise.all(jobs.map(({spec}) => supervisor.cancel(keyOf(spec), graceMs)));
    const keys = jobs.map(({spec}) => keyOf(spec)).filter((_, at) => hit[at]);
    await ledger.flush();
    const refused = keys
      .flatMap(key => supervisor.find(key)?.refused ?? [])
      .map(({pid, command}) => ({pid, command}));
    return {
      count: keys.length,
      names: keys.map(({invocation, name}) => `${invocation}:${name}`),
      jobs: keys,
      ...(refused.length === 0 ? {} : {refused}),
    };
  };
  const cancelFitting = async (filter: CancelFilter, graceMs: number) => ({
    ...(await cancel(cancelMatch(filter, supervisor.jobs, systemMoment(clock)), graceMs)),
    ...fittingElsewhere(supervisor.leftJobs, filter, systemMoment(clock)),
  });
  return {
    Ping: () => about,
    Submit: async payload => {
      ledger.register(payload.repo, payload.place, payload.moved ?? false);
      await submit(submissionOf(payload));
      return {invocation: payload.invocation, version: about.version};
    },
    Wait: ({job, until = 'finished'}, signal) => outcome(coordinator, job, until, signal),
    OpenRepo: ({repo}) => {
      ledger.open(repo);
      return {};
    },
    Health: () => ({
      ...about,
      ...supervisor.counts,
      ending: supervisor.ending.length,
      parallel: supervisor.parallel,
      connections: context.connections(),
      unread_bytes: context.unreadBytes(),
      troubles: log.troubles,
      last_errors: log.lastErrors,
    }),
    GetParallel: () => ({parallel: supervisor.parallel}),
    SetParallel: ({parallel}) => {
      writeParallel(state, parallel);
      supervisor.parallel = parallel;
      return {parallel};
    },
    ListJobs: ({repo}) => ({
      jobs: supervisor.jobs.filter(({spec}) => repo === undefined || spec.repo === repo).map(wireJob),
    }),
    GetJob: ({job: key}) => {
      const job = coordinator.find(key);
      if (job === undefined) throw noSuchJob(key);
      return wireJob(job);
    },
    CancelJob: async ({job: key, grace_ms}) => {
      const job = coordinator.find(key);
      if (job === undefined) throw noSuchJob(key);
      return cancel([job], grace_ms);
    },
    CancelMatching: ({grace_ms, hook, worktree, tag, ...rest}) => {
      const filter = {
        hook,
        worktree,
        tag,
        repo: rest.repo,
        invocationPrefix: rest.invocation_prefix,
        olderThanMs: rest.older_than_secs === undefined ? undefined : rest.older_than_secs * 1000,
      };
      if (Object.entries(filter).every(([name, value]) => name === 'repo' || value === undefined)) {
        throw new StintError('BAD_REQUEST', 'CancelMatching needs a filter; CancelAll cancels everything.');
      }
      return cancelFitting(filter, grace_ms);
    },
    CancelAll: ({repo, grace_ms}) => cancelFitting({repo}, grace_ms),
    Shutdown: async ({reason, cancel: ends, grace_ms, hand_over}) => {
      const {count} = ends ? await cancelFitting({}, grace_ms) : {count: 0};
      const ended = hand_over ? [] : await supervisor.ended();
      const left = ended.flatMap(({remains}) => remains?.left ?? []);
      const elsewhere = fittingElsewhere(supervisor.leftJobs, {}, systemMoment(clock));
      setImmediate(() => context.leave(reason));
      return {
        left_running: supervisor.counts.running,
        cancelled: count,
        ...(left.length === 0 ? {} : {left}),
        ...elsewhere,
      };
    },
  };
}

/** Those of other places that a wish to cancel means as well. */
function fittingElsewhere(
  left: readonly LeftJob[],
  filter: CancelFilter,
  now: Moment,
): Pick<Answer<'CancelAll'>, 'elsewhere'> {
  const elsewhere = left
    .filter(({job}) => cancelMatch(filter, [job], now).length > 0)
    .map(({job: {spec}, space, whereabouts}) => ({
      name: `${spec.invocation.id}:${spec.name}`,
      where: spaceText(space, whereabouts),
    }));
  return elsewhere.length === 0 ? {} : {elsewhere};
}

/** Of a job once it is finished, or gone. Never resolves when whoever asked has left. */
function outcome(
  {find, supervisor}: Coordinator,
  key: JobKey,
  until: 'finished' | 'gone',
  signal: AbortSignal,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const job = find(key);
    if (job === undefined) {
      reject(noSuchJob(key));
      return;
    }
    const left = isEnded(job.state) ? undefined : supervisor.findLeft(key);
    if (left?.whereabouts === 'elsewhere') return reject(runsElsewhere(key.name, left));
    const isOver = until === 'gone' ? supervisor.isGone(key) : isEnded(job.state);
    if (isOver) return resolve(outcomeOf(job));
    const waiters = until === 'gone' ? supervisor.goneWaiters : supervisor.waiters;
    const giveUp = waiters.add(key, ended => {
      signal.removeEventListener('abort', giveUp);
      resolve(outcomeOf(ended));
    });
    signal.addEventListener('abort', giveUp, {once: true});
  });
}

function noSuchJob({invocation, name}: JobKey): StintError {
  return new StintError('JOB_NOT_FOUND', `There is no job ${invocation}:${name}.`, {hint: 'Run: stint ls'});
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
    setEnvironment: payload.set_env,
    checkout: payload.checkout,
    jobs: payload.jobs.map(job => ({
      name: job.name,
      command: job.command,
      tags: job.tags,
      sampleEvery: job.sample_every,
      lingerMs: job.linger_ms,
      stallAfterMs: job.stall_after_ms,
      onStall: job.on_stall,
      notify: job.notify,
    })),
  };
}

function outcomeOf({spec, state, remains}: Job): Outcome {
  const {invocation, name, attempt} = keyOf(spec);
  const ended = isEnded(state) ? state : undefined;
  return {
    name,
    invocation,
    attempt,
    status: state.status,
    exit_code: ended?.exitCode ?? null,
    message: ended?.message ?? null,
    ...(remains === undefined || remains.left.length === 0 ? {} : {left: [...remains.left]}),
    ...(remains?.unseen === undefined ? {} : {unseen: remains.unseen}),
  };
}
