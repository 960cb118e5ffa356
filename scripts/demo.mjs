/**
 * `npm run demo`: real jobs in a temporary stint, the coordinator killed in the middle, and the proof that nothing is
 * lost. Every command shown is run by a shell as it is shown. Exits with 1 when something was lost.
 *
 * Whether it ends well, fails, or is stopped with Ctrl-C: it ends all that it started (scripts/demo-processes.mjs finds
 * it) and removes its temporary directory.
 */
import {spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';

import picocolors from 'picocolors';

import {Client} from '../dist/lib/index.js';
import {endAll} from './demo-processes.mjs';

const LINES = 40;
/** Many times what it takes. */
const LIMIT_MS = 90_000;
const ROOT = realpathSync(mkdtempSync(join(tmpdir(), 'stint-demo-')));
const STATE = join(ROOT, 'state');
const WORK = join(ROOT, 'work');
const BIN = join(ROOT, 'bin');
const stopped = new AbortController();
/** Colours on a terminal only: under CI picocolors would print them into a pipe too. */
const pc = picocolors.createColors(Boolean(process.stdout.isTTY) && !process.env.NO_COLOR);

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(name, () => stopped.abort(new Error(`Stopped by ${name}.`)));
process.stdout.on('error', error => stopped.abort(error)); // for instance `npm run demo | head`
setTimeout(() => stopped.abort(new Error(`Not done after ${LIMIT_MS / 1000} s.`)), LIMIT_MS).unref();
try {
  prepare();
  await demo();
} catch (error) {
  process.exitCode = 1;
  const {message} = stopped.signal.aborted ? stopped.signal.reason : error;
  console.error(`\n${pc.red('FAILED')} ${message}`);
} finally {
  await endAll(STATE, `STINT_DEMO=${ROOT}`);
  rmSync(ROOT, {recursive: true, force: true, maxRetries: 5});
}

async function demo() {
  tell(`All of this happens in ${ROOT}, which is removed at the end.`);

  title('Four jobs. Each command returns at once.');
  await type(
    `stint run --name count -c 'for i in $(seq ${LINES}); do echo "line $i"; echo "warning $i" >&2; sleep 0.15; done'`,
  );
  await type(`stint run --name check -c 'echo "12 checked, 1 wrong" >&2; exit 3'`);
  await type('stint run -- uname -s');
  await type(
    `stint run --name helper -c '(sleep 7; echo "the helper is done") & echo "left a helper behind"'`,
  );
  await type('stint ls');
  await pause(1000);

  title('The coordinator, the process that records them, is killed. The jobs do not notice.');
  const before = await coordinator();
  await type('stint doctor | grep coordinator');
  await type(`kill -9 ${before}`);
  await type('stint doctor | grep coordinator');
  await pause(2000);

  title('The next command starts a new one, which takes the jobs over.');
  await type('stint ls');
  const after = await coordinator();
  await type('stint doctor | grep coordinator');
  await type('stint wait count');

  title('What they wrote is all there, also what they wrote while nobody was watching.');
  await type('stint logs count --tail 4');
  await type('stint logs count --status');
  await type('stint logs check');
  await type('stint wait check; echo "exit code $?"');
  await type('stint logs uname');
  await type('stint logs -f helper');
  await type('stint ls');

  title('Counted');
  const {late} = verify(await jobs(), before, after);
  tell(`coordinator  killed: ${before}, now: ${after}`);
  tell(
    `count        ${LINES} lines and ${LINES} warnings, none lost, none twice; ${late} of them recorded late`,
  );
  tell('numbers      seq of every job from 0 without a gap');
  tell('exit codes   count 0, check 3, uname 0, helper 0');
  tell(`\n${pc.green('Nothing was lost.')} README.md says how to install stint.`);
}

function prepare() {
  mkdirSync(WORK);
  mkdirSync(BIN);
  symlinkSync(join(dirname(import.meta.dirname), 'bin', 'stint'), join(BIN, 'stint'));
}

/** Shows a command, runs it, and shows what it prints. */
async function type(command) {
  console.log(`\n${pc.dim('$')} ${pc.bold(command)}`);
  const {code} = await shell(command, 'inherit');
  if (code !== 0) throw new Error(`That command ended with exit code ${code}.`);
}

/** Runs a command with this stint in PATH, and with a state and a working directory of their own. */
function shell(command, output) {
  stopped.signal.throwIfAborted();
  const {NODE_EXTRA_CA_CERTS: _, ...environment} = process.env;
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: WORK,
    env: {
      ...environment,
      PATH: [BIN, dirname(process.execPath), process.env.PATH].join(delimiter),
      STINT_STATE_DIR: STATE,
      STINT_IDLE_EXIT_SECS: '10',
      STINT_PARALLEL: '4',
      STINT_DEMO: ROOT,
    },
    stdio: ['ignore', output, 'inherit'],
  });
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  const stop = () => child.kill();
  stopped.signal.addEventListener('abort', stop);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve({code, stdout}));
  }).finally(() => stopped.signal.removeEventListener('abort', stop));
}

async function coordinator() {
  const health = await new Client({state: STATE}).health();
  if (health === undefined) throw new Error('No coordinator is running.');
  return health.pid;
}

/** Every job with its records, by name. */
async function jobs() {
  const {stdout} = await shell('stint ls --all --json', 'pipe');
  const listed = JSON.parse(stdout).map(job => {
    const lines = readFileSync(job.log, 'utf8').trimEnd().split('\n');
    return [job.name, {...job, records: lines.map(line => JSON.parse(line))}];
  });
  return Object.fromEntries(listed);
}

/** Throws when anything is not as it must be. */
function verify({count, check, uname, helper}, before, after) {
  must(before !== after, 'the coordinator is still the same process');
  const numbers = Array.from({length: LINES}, (_, index) => index + 1);
  must(
    same(
      dataOf(count, 'stdout'),
      numbers.map(n => `line ${n}`),
    ),
    'the lines of count are not complete',
  );
  must(
    same(
      dataOf(count, 'stderr'),
      numbers.map(n => `warning ${n}`),
    ),
    'the warnings of count are not complete',
  );
  must(dataOf(helper, 'stdout').at(-1) === 'the helper is done', 'the last line of the helper is missing');
  for (const [job, code] of [
    [count, 0],
    [check, 3],
    [uname, 0],
    [helper, 0],
  ]) {
    must(job.exit_code === code, `${job.name} has exit code ${job.exit_code}, not ${code}`);
    must(
      job.records.every(({seq}, index) => seq === index),
      `the records of ${job.name} have a gap`,
    );
  }
  return {late: count.records.filter(({late, kind}) => late && kind !== 'status').length};
}

function dataOf({records}, kind) {
  return records.filter(record => record.kind === kind).map(({data}) => data);
}

function same(one, other) {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}

function must(holds, otherwise) {
  if (!holds) throw new Error(`Something was lost: ${otherwise}.`);
}

function pause(ms) {
  return delay(ms, undefined, {signal: stopped.signal});
}

function title(text) {
  console.log(`\n${pc.cyan(pc.bold(`== ${text}`))}`);
}

function tell(text) {
  console.log(text);
}
