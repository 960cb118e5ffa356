/** Requests about the coordinator itself and its databases. */
import {packageVersion, processSpace} from '../../../platform/index.ts';
import {JOBS_SCHEMA} from '../../../store/index.ts';
import {type Answer, SUBMISSION_PARTS} from '../../protocol/index.ts';
import type {Routes} from '../../server/index.ts';
import type {RouteContext} from './route-context.ts';

export function upkeepRoutes({
  coordinator: {ledger, supervisor, leftovers},
  clock,
  log,
  server,
}: RouteContext): Pick<Routes, 'Ping' | 'OpenRepo' | 'Health'> {
  const about: Answer<'Ping'> = {
    version: packageVersion(),
    knows: [...SUBMISSION_PARTS],
    schema: JOBS_SCHEMA.version,
    pid: process.pid,
    started_at_ms: clock.now(),
    ...processSpace(),
  };
  return {
    Ping: () => about,
    OpenRepo: ({repo}) => {
      ledger.open(repo);
      return {};
    },
    Health: () => ({
      ...about,
      ...supervisor.counts,
      ending: supervisor.endings.underWay.length + leftovers.count,
      parallel: supervisor.queue.parallel,
      connections: server().connections,
      unread_bytes: server().unreadBytes,
      troubles: log.troubles,
      last_errors: log.lastErrors,
    }),
  };
}
