/** Requests that end jobs, and the coordinator itself. */
import {type JobKey, keyText, type Moment, StintError, spaceText, whereIs} from '../../base/index.ts';
import {processSpace, systemMoment} from '../../platform/index.ts';
import {
  type CancelFilter,
  cancelMatch,
  isEnded,
  type JobSummary,
  keyOf,
  runsElsewhere,
} from '../domain/index.ts';
import type {Answer} from '../protocol/index.ts';
import type {Routes} from '../server/index.ts';
import type {LeftJob, Supervisor} from '../usecases/index.ts';
import type {Coordinator} from './build.ts';
import {noSuchJob} from './no-such-job.ts';
import type {RouteContext} from './route-context.ts';

type CancelRoutes = Pick<Routes, 'CancelJob' | 'EndLeftovers' | 'CancelMatching' | 'CancelAll' | 'Shutdown'>;

export function cancelRoutes({coordinator, clock, leave}: RouteContext): CancelRoutes {
  const {ledger, supervisor, leftovers} = coordinator;
  const cancel = async (jobs: readonly JobSummary[], graceMs: number) => {
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
    CancelJob: async ({job: key, grace_ms}) => {
      const job = coordinator.find(key);
      if (job === undefined) throw noSuchJob(key);
      return cancel([job], grace_ms);
    },
    EndLeftovers: async ({job: key, grace_ms}) => {
      const job = coordinator.find(key);
      if (job === undefined) throw noSuchJob(key);
      refuseWhereItRuns(coordinator, job);
      await untilGone(supervisor, key);
      const {ended, left, unseen} = await leftovers.end(job, supervisor.run(key), grace_ms);
      return {ended: [...ended], ...(left.length === 0 ? {} : {left: [...left]}), ...(unseen && {unseen})};
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
      const ended = hand_over ? [] : await supervisor.endings.settled();
      const behind = hand_over ? [] : await leftovers.settled();
      const left = [...ended.flatMap(({remains}) => remains?.left ?? []), ...behind];
      const elsewhere = fittingElsewhere(supervisor.leftJobs, {}, systemMoment(clock));
      setImmediate(() => leave(reason));
      return {
        left_running: supervisor.counts.running,
        cancelled: count,
        ...(left.length === 0 ? {} : {left}),
        ...elsewhere,
      };
    },
  };
}

/** Of one that has not ended nothing is left behind; of one of another place the pids mean nothing here. */
function refuseWhereItRuns({supervisor, startedIn}: Coordinator, {spec, state}: JobSummary): void {
  const {name} = spec;
  const known = supervisor.findLeft(keyOf(spec));
  if (known !== undefined) throw runsElsewhere(name, known);
  if (!isEnded(state))
    throw new StintError('BAD_REQUEST', `${name} has not ended: CancelJob ends all of it.`);
  const space = startedIn(keyOf(spec));
  const whereabouts = space && whereIs(space, processSpace());
  if (space !== undefined && (whereabouts === 'beside' || whereabouts === 'elsewhere'))
    throw runsElsewhere(name, {space, whereabouts});
}

/** What a cancel ends of it is left to that. */
function untilGone(supervisor: Supervisor, key: JobKey): Promise<void> {
  if (supervisor.isGone(key)) return Promise.resolve();
  return new Promise(resolve => void supervisor.endings.gone.add(keyText(key), () => resolve()));
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
