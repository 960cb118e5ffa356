/**
 * `npm run bench`: measures stint against others and against the floor, side by side in one run, and prints a table.
 * `npm run bench -- <name…>` runs only these, `--quick` fewer rounds, and `--write` also puts what was printed into
 * docs/benchmarks.md. Ratios are the news; absolute figures depend on the machine and on what else it does.
 */
import {join} from 'node:path';
import {parseArgs} from 'node:util';

import * as adoption from './adoption.mjs';
import * as agentEvents from './agent-events.mjs';
import * as eventLog from './event-log.mjs';
import * as followLatency from './follow-latency.mjs';
import * as followers from './followers.mjs';
import * as idle from './idle.mjs';
import * as jobOutput from './job-output.mjs';
import * as listCommand from './list-command.mjs';
import * as progress from './progress.mjs';
import * as records from './records.mjs';
import * as requestAnswer from './request-answer.mjs';
import * as runCommand from './run-command.mjs';
import * as shortJobs from './short-jobs.mjs';
import './support/environment.mjs';
import {removeAll} from './support/place.mjs';
import {asMarkdown, machineFacts, writeBetweenMarkers} from './support/report.mjs';
import {ROOT} from './support/stint.mjs';
import * as versionCommand from './version-command.mjs';

const MEASUREMENTS = [
  jobOutput,
  records,
  followLatency,
  followers,
  requestAnswer,
  shortJobs,
  runCommand,
  listCommand,
  versionCommand,
  progress,
  eventLog,
  adoption,
  agentEvents,
  idle,
];

process.exitCode = await main();

async function main() {
  const {values, positionals} = parseArgs({
    allowPositionals: true,
    options: {quick: {type: 'boolean', default: false}, write: {type: 'boolean', default: false}},
  });
  const unknown = positionals.find(name => MEASUREMENTS.every(each => each.name !== name));
  if (unknown !== undefined) {
    console.error(
      `There is no measurement ${unknown}. There are: ${MEASUREMENTS.map(({name}) => name).join(', ')}.`,
    );
    return 2;
  }
  const chosen = MEASUREMENTS.filter(({name}) => positionals.length === 0 || positionals.includes(name));
  const facts = machineFacts();
  const results = [];
  try {
    for (const measurement of chosen) results.push(await measured(measurement, values.quick));
  } finally {
    removeAll();
  }
  const text = asMarkdown(facts, results);
  console.log(text);
  if (values.write) writeBetweenMarkers(join(ROOT, 'docs', 'benchmarks.md'), text);
  return results.some(({error}) => error !== undefined) ? 1 : 0;
}

async function measured(measurement, quick) {
  console.error(`measuring ${measurement.name}`);
  try {
    const rounds = full => (quick ? Math.min(3, full) : full);
    return {measurement, rows: await measurement.run({quick, rounds})};
  } catch (error) {
    console.error(error);
    return {measurement, error};
  }
}
