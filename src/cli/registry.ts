/** Every command: what it is called, what it takes, what it is good for. What it does is loaded when it is run. */
import {type CommandDefinition, command} from './command.ts';
import {
  EVENTS_ACK,
  EVENTS_APPEND,
  EVENTS_COMPACT,
  EVENTS_DESCRIBE,
  EVENTS_READ,
  EVENTS_TAIL,
  EVENTS_TOPICS,
  EVENTS_VERIFY,
} from './definitions/events.ts';
import {CANCEL, LOGS, LS, PARALLEL, RUN, STATS, STATUS, WAIT} from './definitions/jobs.ts';
import {PROGRESS_EMIT, PROGRESS_REPORT} from './definitions/progress.ts';
import {DOCTOR, DUMP_STORE, SHUTDOWN, VERSION} from './definitions/upkeep.ts';

export const COMMANDS: readonly CommandDefinition[] = [
  command(RUN, () => import('./commands/jobs/run.ts')),
  command(LS, () => import('./commands/jobs/ls.ts')),
  command(LOGS, () => import('./commands/jobs/logs.ts')),
  command(WAIT, () => import('./commands/jobs/wait.ts')),
  command(STATUS, () => import('./commands/jobs/status.ts')),
  command(STATS, () => import('./commands/jobs/stats.ts')),
  command(CANCEL, () => import('./commands/jobs/cancel.ts')),
  command(SHUTDOWN, () => import('./commands/upkeep/shutdown.ts')),
  command(PARALLEL, () => import('./commands/jobs/parallel.ts')),
  command(PROGRESS_EMIT, () => import('./commands/progress/emit.ts')),
  command(PROGRESS_REPORT, () => import('./commands/progress/report.ts')),
  command(EVENTS_TOPICS, () => import('./commands/events/topics.ts')),
  command(EVENTS_APPEND, () => import('./commands/events/append.ts')),
  command(EVENTS_READ, () => import('./commands/events/read.ts')),
  command(EVENTS_TAIL, () => import('./commands/events/tail.ts')),
  command(EVENTS_ACK, () => import('./commands/events/ack.ts')),
  command(EVENTS_COMPACT, () => import('./commands/events/compact.ts')),
  command(EVENTS_VERIFY, () => import('./commands/events/verify.ts')),
  command(EVENTS_DESCRIBE, () => import('./commands/events/describe.ts')),
  command(DOCTOR, () => import('./commands/upkeep/doctor.ts')),
  command(DUMP_STORE, () => import('./commands/upkeep/dump-store.ts')),
  command(VERSION, () => import('./commands/upkeep/version.ts')),
];
