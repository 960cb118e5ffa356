/**
 * `node scripts/test-nodes.mjs <majors> <set> [option of vitest…]` runs a set of the tests on other Nodes, one after the other,
 * each with what is built for it, and tells in the end what became of each.
 */
import {spawnSync} from 'node:child_process';
import {argv} from 'node:process';

import {environmentOf, NODES} from './on-node.mjs';

const projects = names => names.flatMap(name => ['--project', name]);

/** What is run, as vitest takes it, one after the other: some of `system` want a pid that nobody else may take. */
const SETS = {
  all: [projects(['unit', 'int', 'e2e', 'fault', 'package', 'nodes']), projects(['system'])],
  /** What goes by Node's own parts (SQLite, processes, files, sockets, the code cache), and each command once: CI has its limit. */
  daily: [
    [
      ...projects(['unit', 'int', 'e2e']),
      ...['store', 'platform', 'journal', 'event-log', 'coordinator/adapters', 'coordinator/client'].map(
        folder => `src/${folder}/`,
      ),
      ...[
        ...[
          'run',
          'run-wait',
          'ls',
          'status',
          'logs',
          'logs-follow',
          'wait',
          'cancel',
          'queue',
          'prune',
          'backup',
        ],
        ...['events-read', 'progress-emit', 'library', 'mcp-tools', 'compiled-code', 'no-sqlite', 'doctor'],
      ].map(name => `test/e2e/${name}.e2e.test.ts`),
    ],
  ],
  /** What happens to databases and locks: the drivers' promises, kills, damage, full disks, and two drivers at once. */
  store: [
    [
      ...projects(['unit', 'int', 'fault', 'system', 'nodes']),
      ...['src/store/', 'src/event-log/', 'src/coordinator/adapters/rows/', 'test/compat/', 'test/nodes/'],
      ...['event-log', 'damaged-files', 'kill-', 'two-coordinators', 'full-disk'].map(name => `/${name}`),
    ],
  ],
};

const [majors = '', set = '', ...options] = argv.slice(2);
const known = {Node: Object.keys(NODES), set: Object.keys(SETS)};
refuseUnknown('Node', majors.split(','));
refuseUnknown('set', [set]);
const results = majors.split(',').map(major => ({major, ...run(major)}));
for (const {major, seconds, failed} of results)
  if (results.length > 1)
    console.log(`Node ${major}: ${failed === undefined ? 'passed' : `failed, ${failed}`}, ${seconds} s`);
if (results.some(({failed}) => failed !== undefined)) process.exitCode = 1;

function run(major) {
  const started = Date.now();
  const failed = failureOf(major);
  return {failed, seconds: Math.round((Date.now() - started) / 1000)};
}

/** What failed, undefined where nothing did. */
function failureOf(major) {
  const steps = [
    ['set up', ['scripts/setup.mjs']],
    ...SETS[set].map(which => ['tests', ['node_modules/vitest/vitest.mjs', 'run', ...which, ...options]]),
  ];
  for (const [name, args] of steps) {
    const {status, signal, error} = spawnSync('node', args, {env: environmentOf(major), stdio: 'inherit'});
    if (status !== 0) return `${name}: ${error?.message ?? signal ?? `exit code ${status}`}`;
  }
  return undefined;
}

function refuseUnknown(what, names) {
  const unknown = names.find(name => !known[what].includes(name));
  if (unknown === undefined) return;
  console.error(`There is no ${what} "${unknown}", only ${known[what].join(', ')}.`);
  process.exit(2);
}
