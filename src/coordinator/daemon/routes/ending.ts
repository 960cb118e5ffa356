/** Requests that end jobs, and the coordinator itself. */
import {StintError, spaceText} from '../../../base/index.ts';
import {processSpace, systemMoment} from '../../../platform/index.ts';
import type {CancelFilter, Job} from '../../domain/index.ts';
import type {Answer} from '../../protocol/index.ts';
import type {Routes} from '../../server/index.ts';
import {
  type CancelledJobs,
  type CancelWish,
  cancelFitting,
  cancelJobs,
  endLeftoversOf,
  knownJob,
  type LeftJob,
  type UnsureJob,
  windDown,
} from '../../usecases/index.ts';
import type {RouteContext} from './route-context.ts';

type EndingRoutes = Pick<Routes, 'CancelJob' | 'EndLeftovers' | 'CancelMatching' | 'CancelAll' | 'Shutdown'>;

export function endingRoutes({coordinator, clock, leave}: RouteContext): EndingRoutes {
  const now = () => systemMoment(clock);
  const cancelAll = async (filter: CancelFilter, wish: CancelWish) => {
    const {elsewhere, others, unsure, ...cancelled} = await cancelFitting(coordinator, filter, wish, now);
    return {
      ...wireCancelled(cancelled),
      ...wireElsewhere(elsewhere),
      ...wireOthers(others),
      ...wireUnsure(unsure),
    };
  };
  return {
    CancelJob: async ({job, grace_ms}) =>
      wireCancelled(await cancelJobs(coordinator, [knownJob(coordinator.find, job)], grace_ms)),
    EndLeftovers: async ({job, grace_ms}) => {
      const {ended, left, unseen} = await endLeftoversOf(coordinator, job, grace_ms, processSpace());
      return {ended: [...ended], ...(left.length === 0 ? {} : {left: [...left]}), ...(unseen && {unseen})};
    },
    CancelMatching: ({hook, worktree, tag, gone, ...rest}) => {
      const filter = {
        hook,
        worktree,
        tag,
        gone: gone ? true : undefined,
        repo: rest.repo,
        invocationPrefix: rest.invocation_prefix,
        olderThanMs: rest.older_than_secs === undefined ? undefined : rest.older_than_secs * 1000,
      };
      if (Object.entries(filter).every(([name, value]) => name === 'repo' || value === undefined)) {
        throw new StintError('BAD_REQUEST', 'CancelMatching needs a filter; CancelAll cancels everything.');
      }
      return cancelAll(filter, wishOf(rest));
    },
    CancelAll: ({repo, ...rest}) => cancelAll({repo}, wishOf(rest)),
    Shutdown: async ({reason, cancel, hand_over, ...rest}) => {
      const options = {cancels: cancel, ...wishOf(rest), handsOver: hand_over === true};
      const {leftRunning, cancelled, left, elsewhere} = await windDown(coordinator, options, now);
      setImmediate(() => leave(reason));
      return {
        left_running: leftRunning,
        cancelled,
        ...(left.length === 0 ? {} : {left: [...left]}),
        ...wireElsewhere(elsewhere),
      };
    },
  };
}

function wishOf({grace_ms, asked_by}: {grace_ms: number; asked_by?: string | undefined}): CancelWish {
  return {graceMs: grace_ms, asker: asked_by ?? null};
}

function wireCancelled({keys, refused}: CancelledJobs): Answer<'CancelJob'> {
  return {
    count: keys.length,
    names: keys.map(({invocation, name}) => `${invocation}:${name}`),
    jobs: [...keys],
    ...(refused.length === 0 ? {} : {refused: refused.map(({pid, command}) => ({pid, command}))}),
  };
}

function wireElsewhere(left: readonly LeftJob[]): Pick<Answer<'CancelAll'>, 'elsewhere'> {
  if (left.length === 0) return {};
  const elsewhere = left.map(({job: {spec}, space, whereabouts}) => ({
    name: `${spec.invocation.id}:${spec.name}`,
    where: spaceText(space, whereabouts),
  }));
  return {elsewhere};
}

function wireOthers(others: readonly Job[]): Pick<Answer<'CancelAll'>, 'others'> {
  if (others.length === 0) return {};
  return {others: others.map(({spec: {invocation, name, by}}) => ({name: `${invocation.id}:${name}`, by}))};
}

function wireUnsure(unsure: readonly UnsureJob[]): Pick<Answer<'CancelMatching'>, 'unsure'> {
  if (unsure.length === 0) return {};
  return {
    unsure: unsure.map(({job: {spec}, reason}) => ({name: `${spec.invocation.id}:${spec.name}`, reason})),
  };
}
