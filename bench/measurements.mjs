/** Everything that is measured, in the order of the table. */
import * as adoption from './adoption.mjs';
import * as agentChores from './agent-chores.mjs';
import * as agentEvents from './agent-events.mjs';
import * as backup from './backup.mjs';
import * as completion from './completion.mjs';
import * as eventLog from './event-log.mjs';
import * as followLatency from './follow-latency.mjs';
import * as followers from './followers.mjs';
import * as idle from './idle.mjs';
import * as jobOutput from './job-output.mjs';
import * as listCommand from './list-command.mjs';
import * as logCap from './log-cap.mjs';
import * as logSearch from './log-search.mjs';
import * as manyJobs from './many-jobs.mjs';
import * as mcp from './mcp.mjs';
import * as progress from './progress.mjs';
import * as prune from './prune.mjs';
import * as queue from './queue.mjs';
import * as records from './records.mjs';
import * as requestAnswer from './request-answer.mjs';
import * as runCommand from './run-command.mjs';
import * as shortJobs from './short-jobs.mjs';
import * as versionCommand from './version-command.mjs';

export const MEASUREMENTS = [
  jobOutput,
  records,
  followLatency,
  followers,
  requestAnswer,
  shortJobs,
  queue,
  runCommand,
  listCommand,
  manyJobs,
  completion,
  logSearch,
  logCap,
  versionCommand,
  progress,
  eventLog,
  adoption,
  prune,
  backup,
  agentEvents,
  mcp,
  agentChores,
  idle,
];
