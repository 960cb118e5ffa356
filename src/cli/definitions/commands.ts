/** Every command: what it is called, what it takes, what it is good for. What it does is loaded by `main.ts`. */
import type {CommandText} from '../command.ts';
import {AGENT_GUIDE, MCP, MCP_INSTALL, MCP_UNINSTALL} from './agents.ts';
import {
  EVENTS_ACK,
  EVENTS_APPEND,
  EVENTS_COMPACT,
  EVENTS_DESCRIBE,
  EVENTS_READ,
  EVENTS_TAIL,
  EVENTS_TOPICS,
  EVENTS_VERIFY,
} from './events.ts';
import {CANCEL, LOGS, LS, PIN, PRUNE, RM, RUN, STATS, STATUS, UNPIN} from './jobs.ts';
import {PROGRESS_EMIT, PROGRESS_REPORT} from './progress.ts';
import {GROUPS, MOVE, PARALLEL} from './queue.ts';
import {BACKUP, COMPLETIONS, DOCTOR, DUMP_STORE, RESTORE, SHUTDOWN, VERSION} from './upkeep.ts';
import {RETRY, WAIT} from './waiting.ts';

export const COMMANDS = [
  RUN,
  LS,
  LOGS,
  WAIT,
  RETRY,
  STATUS,
  STATS,
  CANCEL,
  PRUNE,
  RM,
  PIN,
  UNPIN,
  SHUTDOWN,
  PARALLEL,
  GROUPS,
  MOVE,
  PROGRESS_EMIT,
  PROGRESS_REPORT,
  EVENTS_TOPICS,
  EVENTS_APPEND,
  EVENTS_READ,
  EVENTS_TAIL,
  EVENTS_ACK,
  EVENTS_COMPACT,
  EVENTS_VERIFY,
  EVENTS_DESCRIBE,
  MCP,
  MCP_INSTALL,
  MCP_UNINSTALL,
  AGENT_GUIDE,
  DOCTOR,
  DUMP_STORE,
  BACKUP,
  RESTORE,
  COMPLETIONS,
  VERSION,
] as const satisfies readonly CommandText[];
