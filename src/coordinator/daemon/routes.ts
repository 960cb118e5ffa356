/** Which request does what. */
import {type JobKey, keyText} from '../../base/index.ts';
import {packageVersion, processSpace} from '../../platform/index.ts';
import {SCHEMA_VERSION} from '../../store/index.ts';
import {isEnded, isOver, type JobSpec, type JobSummary, keyOf, runsElsewhere} from '../domain/index.ts';
import type {Answer, Outcome, ParsedPayload, Queue} from '../protocol/index.ts';
import type {Routes} from '../server/index.ts';
import type {Submission, Supervisor} from '../usecases/index.ts';
import type {Coordinator} from './build.ts';
import {cancelRoutes} from './cancel-routes.ts';
import {noSuchJob} from './no-such-job.ts';
import type {RouteContext} from './route-context.ts';
import {writeParallel} from './settings.ts';
import {wireJob} from './wire-job.ts';
import {wireQueue} from './wire-queue.ts';

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
  return {
    Ping: () => about,
    Submit: async payload => {
      ledger.register(payload.repo, payload.place, payload.moved ?? false);
      await submit(submissionOf(payload));
      return {
        invocation: payload.invocation,
        version: about.version,
        queue: queueFor(supervisor, ({invocation}) => invocation.id === payload.invocation),
      };
    },
    Wait: ({job, until = 'finished'}, signal) => outcome(coordinator, job, until, signal),
    OpenRepo: ({repo}) => {
      ledger.open(repo);
      return {};
    },
    Health: () => ({
      ...about,
      ...supervisor.counts,
      ending: supervisor.endings.underWay.length + coordinator.leftovers.count,
      parallel: supervisor.parallel,
      connections: context.connections(),
      unread_bytes: context.unreadBytes(),
      troubles: log.troubles,
      last_errors: log.lastErrors,
    }),
    GetParallel: () => {
      const {running, queued} = supervisor.counts;
      return {parallel: supervisor.parallel, running, queued};
    },
    SetParallel: ({parallel}) => {
      writeParallel(state, parallel);
      supervisor.parallel = parallel;
      return {parallel};
    },
    GetQueue: ({repo}) => wireQueue(supervisor.queue, spec => repo === undefined || spec.repo === repo),
    ListJobs: ({repo}) => ({
      jobs: supervisor.jobs.filter(({spec}) => repo === undefined || spec.repo === repo).map(wireJob),
    }),
    ...cancelRoutes(context),
    GetJob: ({job: key}) => {
      const job = coordinator.find(key);
      if (job === undefined) throw noSuchJob(key);
      return wireJob(job);
    },
  };
}

/** Null where none of these jobs has to wait. */
function queueFor({queue}: Supervisor, isMeant: (spec: JobSpec) => boolean): Queue | null {
  const told = wireQueue(queue, isMeant);
  return told.waiting.length === 0 ? null : told;
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
    if (until === 'gone' ? supervisor.isGone(key) : isOver(job)) return resolve(outcomeOf(job));
    const listeners = until === 'gone' ? supervisor.endings.gone : supervisor.over;
    const giveUp = listeners.add(keyText(key), ended => {
      signal.removeEventListener('abort', giveUp);
      resolve(outcomeOf(ended));
    });
    signal.addEventListener('abort', giveUp, {once: true});
  });
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
      now: job.now,
      lingerMs: job.linger_ms,
      stallAfterMs: job.stall_after_ms,
      onStall: job.on_stall,
      notify: job.notify,
    })),
  };
}

function outcomeOf({spec, state, remains}: JobSummary): Outcome {
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
