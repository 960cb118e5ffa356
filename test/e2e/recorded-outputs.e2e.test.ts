/**
 * What commands print and jobs leave is as it was: to the last character where all is known beforehand, with times and
 * ids masked where jobs really run. The version before is recorded in test/compat/recorded. What changes on purpose is
 * recorded anew, and the difference read before it is committed:
 *
 *     STINT_TEST_BIN=<checkout>/bin/stint npx vitest run --project e2e test/e2e/recorded-outputs.e2e.test.ts -u
 *
 * Without STINT_TEST_BIN that records what this checkout prints.
 */
import {chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {COMMANDS} from '../../src/cli/definitions/commands.ts';
import {runGitSync} from '../../src/platform/index.ts';
import {makeGate} from '../support/gate.ts';
import {isInstalled} from '../support/programs.ts';
import {FIXED_REPO, writeFixedJobs} from '../support/recorded/fixed-jobs.ts';
import {maskOfPlace, maskOfRuns} from '../support/recorded/masks.ts';
import {type Line, Transcript} from '../support/recorded/transcript.ts';
import {type Listed, Sandbox, STINT, until} from '../support/sandbox.ts';

const RECORDED = join(import.meta.dirname, '..', 'compat', 'recorded');
const bin = process.env.STINT_TEST_BIN ?? STINT;

let sandbox: Sandbox;
let repo: string;
let transcript: Transcript;
beforeEach(() => {
  sandbox = new Sandbox('/tmp'); // so that paths have always the same length
  repo = join(sandbox.root, 'repo');
  git(sandbox.root, 'init', '--quiet', '--initial-branch=main', repo);
  git(repo, 'config', 'stint.id', FIXED_REPO);
  for (const name of ['config', 'plain']) mkdirSync(join(sandbox.root, name));
});
afterEach(() => sandbox.dispose());

function git(cwd: string, ...args: string[]): void {
  if (runGitSync(args, {cwd, limitMs: 15_000}) === undefined) throw new Error(`git ${args.join(' ')} failed`);
}

async function expectAsRecorded(name: string): Promise<void> {
  await expect(transcript.text).toMatchFileSnapshot(join(RECORDED, `${name}.txt`));
}

const surroundings = () => ({
  sandbox,
  bin,
  cwd: repo,
  env: {TZ: 'UTC', XDG_CONFIG_HOME: join(sandbox.root, 'config')},
});

/** Jobs that ended long ago. */
async function amongFixedJobs(): Promise<void> {
  transcript = new Transcript(surroundings(), maskOfPlace(sandbox));
  writeFixedJobs(sandbox.state, sandbox.root);
  await transcript.run('doctor --repair', 'doctor');
}

/** Jobs that run here. */
function amongRunningJobs(): void {
  transcript = new Transcript(surroundings(), maskOfRuns(sandbox));
}

it('the help of every command', async () => {
  transcript = new Transcript(surroundings(), text => text);
  await transcript.look('--help', '', 'progress --help', 'events --help');
  await transcript.look(...COMMANDS.map(({name}) => `${name} --help`));
  await expectAsRecorded('help');
});

it('lists, states and statistics of jobs that ended', async () => {
  await amongFixedJobs();
  const formats = ['table', 'json', 'ndjson', 'csv', 'tsv', 'yaml', 'markdown'];
  await transcript.look(
    'ls',
    'ls --all',
    'ls -n 3',
    'ls --quiet',
    'ls --stalled',
    'ls --json',
    ...formats.map(format => `ls -n 5 --format ${format}`),
    {args: ['ls', '-n', '4'], env: {FORCE_COLOR: '1', NO_COLOR: ''}},
    {args: ['ls'], cwd: join(sandbox.root, 'plain')},
    ...['3fa9', '77c0', 'serve', 'import', 'bytes', 'embed', 'topic:elsewhere', 'e1e2f', 'never'].map(
      address => `status ${address}`,
    ),
    'status embed --json',
    'status 77c0 --json',
    'stats test',
    'stats test --json',
    'stats embed',
    'stats embed --json',
    'stats never',
    ...['table', 'json', 'csv'].map(format => `dump-store jobs --format ${format}`),
    'dump-store invocations',
    'dump-store repo_policy',
  );
  await expectAsRecorded('ls-status-stats');
});

it.skipIf(!isInstalled('python3'))('lists on terminals', async () => {
  await amongFixedJobs();
  const shown: Line[] = [60, 100, 200].flatMap(columns =>
    ['ls --all', 'status embed', 'logs bytes', 'progress report embed'].map(line => ({
      args: line.split(' '),
      columns,
    })),
  );
  await transcript.look(...shown);
  await expectAsRecorded('terminal');
});

it('logs and progress of jobs that ended', async () => {
  await amongFixedJobs();
  writeFileSync(join(repo, 'run.jsonl'), '{"event":"a_start","phase":"a","sub_phase":"start","ts_ms":1}\n');
  await transcript.look(
    ...['build', 'test', 'bytes', 'import', 'odd', 'e1e2f', '77c0', 'sampled', 'never', 'serve'].map(
      address => `logs ${address}`,
    ),
    'logs bytes --raw',
    'logs bytes --stderr',
    'logs bytes --stdout --tail 2',
    'logs bytes --json',
    'logs serve --status',
    'logs serve --status --json',
    'logs 77c0 --json --tail 2',
    'logs 77c0 --tail 1',
    'logs 77c0:test --tail 2',
    'logs 77c0:test --seq 2..4',
    'logs 77c0:test --since-seq 25',
    'logs 77c0:test --since 10m',
    'logs -f 77c0:test --tail 1',
    'logs 3fa9 b0b0 --tail 1',
    {args: ['logs', '--job', 'odd name', '--json']},
    'logs embed --progress',
    'logs embed --progress --json',
    'logs build --progress',
    'progress report embed',
    'progress report embed --json',
    'progress report build',
    'progress report ./run.jsonl',
    'progress report ./run.jsonl --json',
    'wait build',
    'wait 77c0',
    'wait 77c0 --json',
    'wait --any serve build',
    'wait serve --quiet',
    'wait import',
    'wait never',
    'wait e1e2f',
  );
  await transcript.run('cancel build', 'cancel build --json', 'cancel --leftovers build', 'cancel e1e2');
  await expectAsRecorded('logs-progress-wait');
});

it('refusals', async () => {
  await amongFixedJobs();
  const state = (name: string, mode = 0o700) => {
    const path = join(sandbox.root, name);
    mkdirSync(path);
    chmodSync(path, mode);
    return path;
  };
  writeFileSync(join(sandbox.root, 'plain', 'file'), '');
  mkdirSync(join(sandbox.root, 'broken', 'stint'), {recursive: true});
  writeFileSync(join(sandbox.root, 'broken', 'stint', 'config.yml'), 'linger: [1\nnotify: 3\n');
  mkdirSync(join(sandbox.root, 'unknown', 'stint'), {recursive: true});
  writeFileSync(join(sandbox.root, 'unknown', 'stint', 'config.yml'), 'lingers: 3s\n');
  const broken = {XDG_CONFIG_HOME: join(sandbox.root, 'broken')};
  const unknown = {XDG_CONFIG_HOME: join(sandbox.root, 'unknown')};
  await transcript.look(
    'rnu',
    'nonsense --json',
    'events',
    'events rad',
    'ls --al',
    'ls extra',
    'ls --format xml',
    'ls -n x',
    'run',
    'run --wait-up-to 5',
    'run --linger soon -- true',
    'run --on-stall shout -- true',
    'run --env =x -- true',
    'run --cwd ./none -- true',
    'run -c true -- true',
    'run -- no-such-program',
    'run --json -- ./file',
    {args: ['run', '--', './file'], cwd: join(sandbox.root, 'plain')},
    {args: ['run', '--name', 'a/b:c@2', '--timeoit', '3s', '--', 'true']},
    {args: ['run', '--name', '', '--', 'true']},
    ...['nope', 'e1e2', 'ffff:test', 'test@2', 'nowhere:test', '3', '3fa9:test', 'buidl', '--job'].map(
      address => `status ${address}`,
    ),
    'logs e1e2',
    'status',
    'logs',
    'logs nope --json',
    'logs build --seq 5..2',
    'logs build --tail -1',
    'logs build --progress --tail 1',
    'logs build --worktree nowhere',
    'wait',
    'wait nope',
    'wait nope --json',
    'wait build --timeout soon',
    'cancel',
    'cancel --all build',
    'cancel nope',
    'cancel nope --json',
    'cancel --tag none',
    'cancel --older-than never',
    'stats nope',
    'stats',
    'parallel 0',
    'parallel many',
    'progress emit',
    'progress report nope',
    'progress report ./none.jsonl',
    'progress report',
    'dump-store',
    'dump-store nope',
    'version extra',
    'shutdown --grace soon',
    {args: ['ls'], env: broken},
    {args: ['run', '--', 'true'], env: broken},
    {args: ['run', '--json', '--', 'true'], env: unknown},
    {args: ['doctor'], env: {...unknown, STINT_STATE_DIR: state('empty')}},
    {args: ['ls'], env: {STINT_STATE_DIR: state('open', 0o755)}},
    {args: ['doctor'], env: {STINT_STATE_DIR: join(sandbox.root, 'open')}},
    {args: ['ls', '--json'], env: {STINT_STATE_DIR: join(sandbox.root, 'plain', 'file')}},
    {args: ['doctor', '--json'], env: {STINT_STATE_DIR: join(sandbox.root, 'missing')}},
    {args: ['run', '--', 'true'], env: {STINT_PARALLEL: 'x', STINT_LINGER: 'y'}},
  );
  await expectAsRecorded('refusals');
});

it('the event log', async () => {
  transcript = new Transcript(surroundings(), maskOfPlace(sandbox));
  const entry = (kind: string, payload: unknown, more: object = {}) =>
    `${JSON.stringify({kind, payload, occurred_at_ms: 1_767_225_600_000, ...more})}\n`;
  const entries = [
    entry('made', {ok: true, list: [1, 'two', null]}),
    entry('note', 'text\u2028 with \u001b[31m', {headers: {by: 'me', to: 'you'}}),
    entry('made', 3),
  ].join('');
  const append = (args: string, stdin: string): Line => ({
    args: ['events', 'append', ...args.split(' ')],
    stdin,
  });
  await transcript.run(
    'events topics',
    'events describe',
    append('builds', entries),
    append('builds --json', entries),
    append('chained --chain', entries),
    append('chained --json', entry('late', {})),
    append('bad', `${entry('fine', 1)}no json\n${entry('behind', 2)}`),
    append('bad --keep-going --json', `no json\n{"kind":3}\n${entry('fine', 1)}`),
    append('bad/name', entries),
    append('builds --kind', ''),
    append('builds --header x', entries),
    'events ack builds mailer',
    'events ack builds mailer 4',
    'events ack builds mailer 2',
    'events ack builds mailer 2 --force --json',
    'events compact chained 1',
    'events compact chained --keep 1 --json',
  );
  await transcript.look(
    'events topics',
    'events topics --json',
    'events topics --format csv',
    'events topics --format markdown',
    'events read builds',
    'events read builds --after 2 --limit 2',
    'events read builds --last 1 --kind made',
    'events read chained',
    'events read buidls',
    'events read builds --after x',
    'events tail builds --last 2 --count 2',
    'events tail builds --consumer mailer --count 1',
    'events verify',
    'events verify --json',
    'events verify nope',
    'events verify chained',
  );
  const file = ['--backend', 'file', '--dir', join(sandbox.root, 'log')];
  await transcript.run(
    {args: ['events', 'append', 'builds', '--chain', ...file], stdin: entries},
    {args: ['events', 'append', 'builds', '--json', ...file], stdin: entries},
    {args: ['events', 'read', 'builds', ...file]},
    {args: ['events', 'topics', ...file]},
    {args: ['events', 'verify', ...file]},
    {args: ['events', 'describe', ...file]},
    {args: ['events', 'read', 'builds', '--backend', 'paper']},
  );
  const log = join(sandbox.root, 'log');
  const paths = readdirSync(log, {recursive: true, encoding: 'utf8'}).sort();
  transcript.add('files of the backend file', `${paths.join('\n')}\n`);
  for (const path of paths.filter(each => each.endsWith('.jsonl')))
    transcript.add(path, readFileSync(join(log, path), 'utf8'));
  await expectAsRecorded('events');
});

/** Until all jobs are closed. */
async function closed(): Promise<void> {
  const listed = async () =>
    JSON.parse(await sandbox.ok(['ls', '--all', '--json'], {cwd: repo, bin})) as Listed[];
  await until(async () => (await listed()).every(({closed_at}) => closed_at !== null));
}

it('jobs that are run and waited for, and their files', async () => {
  amongRunningJobs();
  const run = (...args: string[]): Line => ({args: ['run', ...args]});
  await transcript.run(
    run('--name', 'one', '--', 'echo', 'hello'),
    'wait one',
    run(
      '--wait',
      '--name',
      'two',
      '--tag',
      'a',
      '--tag',
      'b',
      '--linger',
      '1s',
      '-c',
      'echo out; sleep 0.2; echo err >&2; exit 3',
    ),
    run('--follow', '--name', 'three', '--sample', '2', '--env', 'A=b c', '-c', 'echo 0; echo 1; echo "$A"'),
    run('--wait', '--json', '--name', 'four', '--cwd', '..', '-c', 'pwd; kill -TERM $$'),
    run('--follow', '--json', '--name', 'five', '-c', 'printf "\\377\\n"; printf "no end"'),
    run('--quiet', '--wait', '--', 'false'),
    run('--wait', '-c', 'stint-is-not-found'),
    run('--wait', '--name', 'six', '-c', 'kill -KILL $PPID; sleep 0.1'),
    run('--json', '--name', 'a b:c', '--', 'true'),
    {args: ['wait', '--job', 'a b:c']},
    run('--wait', '--name', 'seven', '-c', 'head -c 70000 /dev/zero | tr "\\0" x; echo; seq 30; exit 1'),
  );
  await closed();
  await transcript.look(
    'ls --all',
    'ls -n 2 --json',
    'status two',
    'status two --json',
    'status six',
    'logs two',
    'logs two --json',
    'logs five --raw',
    'logs five --json',
    'logs seven --tail 1',
    'wait two five --json',
    'wait one two six',
    'stats two',
    'parallel',
  );
  const withoutIds = (path: string) => path.replaceAll(/[0-9a-f]{12,16}/g, '');
  const names = readdirSync(sandbox.state, {recursive: true, encoding: 'utf8'})
    .filter(path => !/^fifos\/|-shm$|-wal$|\/[0-9a-f]{12,16}$/.test(path))
    .sort((one, other) => (withoutIds(one) < withoutIds(other) ? -1 : 1));
  transcript.add('files', `${names.join('\n')}\n`);
  for (const path of names.filter(each => /\/(two|a%20b%3Ac)\/[^/]+$/.test(each)))
    transcript.add(path, readFileSync(join(sandbox.state, path), 'utf8'));
  await expectAsRecorded('run');
});

it('jobs that run, wait for their turn, and are ended', async () => {
  amongRunningJobs();
  const gate = makeGate(sandbox);
  const running = async (name: string) => {
    await until(async () => (await sandbox.stint(['logs', name], {cwd: repo, bin})).stdout !== '');
  };
  await transcript.run('parallel 1', {args: ['run', '--name', 'holds', '-c', `echo up; ${gate.pass}`]});
  await running('holds');
  await transcript.run(
    {args: ['run', '--name', 'next', '--', 'true']},
    {args: ['run', '--json', '--name', 'last', '--', 'true']},
    {args: ['run', '--now', '--name', 'now', '-c', 'trap "" TERM; echo up; sleep 1000']},
  );
  await running('now');
  await transcript.look(
    'ls',
    'ls --json',
    'status holds',
    'status next',
    'status last --json',
    'wait next --timeout 0',
    'wait holds last --timeout 0 --json',
    'logs holds',
    'logs next',
    'parallel --json',
    'doctor',
    'doctor --json',
    'stats next',
    'cancel nobody',
  );
  await transcript.run(
    'cancel last',
    'cancel now --grace 1s --json',
    'cancel now',
    'parallel 2 --json',
    'wait next',
  );
  await gate.open();
  await transcript.run('wait holds', {args: ['run', '--name', 'again', '-c', 'echo up; exec sleep 1000']});
  await running('again');
  await transcript.run('cancel --all', 'shutdown --json', 'shutdown');
  await transcript.look('ls --all', 'doctor', 'logs now --status', 'logs again --status');
  await expectAsRecorded('queue-cancel');
});
