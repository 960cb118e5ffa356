import {join} from 'node:path';

import {afterAll, beforeAll, expect, it} from 'vitest';

import {Client} from '../../src/coordinator/client/index.ts';
import type {TemporaryPlace} from '../../src/project/testing/temporary-repo.ts';
import {Sandbox} from '../support/sandbox.ts';
import {makeWorktrees} from '../support/worktrees.ts';

/**
 * One repository with two worktrees. `at.<label>` is where each job was submitted, `ids.<label>` its invocation; the job
 * prints its label.
 */
const JOBS = [
  {label: 'old', name: 'test', worktree: 'main'},
  {label: 'other', name: 'test', worktree: 'linked'},
  {label: 'new', name: 'test', worktree: 'main'},
  {label: 'newest', name: 'test', worktree: 'linked'},
  {label: 'hex', name: 'cafe', worktree: 'main'},
  {label: 'colon', name: 'a:b', worktree: 'main'},
  {label: 'at', name: 'x@2', worktree: 'main'},
] as const;

type Label = (typeof JOBS)[number]['label'];

let sandbox: Sandbox;
let place: TemporaryPlace;
const ids = {} as Record<Label, string>;
let worktrees = {main: '', linked: ''};

beforeAll(async () => {
  sandbox = new Sandbox();
  ({place, ...worktrees} = makeWorktrees());
  for (const {label, name, worktree} of JOBS) {
    const args = ['--wait', '--name', name, '--', 'echo', label];
    ids[label] = (await sandbox.submit(args, {cwd: worktrees[worktree]})).slice(0, 12);
  }
});
afterAll(async () => {
  await sandbox.dispose();
  place.remove();
});

it.each<[string, 'main' | 'linked', () => readonly string[], Label]>([
  ['a name: the newest run in this worktree', 'main', () => ['test'], 'new'],
  ['a name: the newest run in that worktree', 'linked', () => ['test'], 'newest'],
  ['a name that ran in the other worktree only', 'linked', () => ['cafe'], 'hex'],
  ['an invocation', 'main', () => [ids.old], 'old'],
  ['the first digits of an invocation', 'main', () => [ids.old.slice(0, 8)], 'old'],
  ['invocation:job', 'main', () => [`${ids.other}:test`], 'other'],
  ['digits:job', 'main', () => [`${ids.other.slice(0, 8)}:test`], 'other'],
  ['invocation.attempt:job', 'main', () => [`${ids.other}.1:test`], 'other'],
  ['invocation.attempt', 'main', () => [`${ids.other}.1`], 'other'],
  ['job@attempt', 'main', () => ['test@1'], 'new'],
  ['invocation:job@attempt', 'main', () => [`${ids.other}:test@1`], 'other'],
  ['branch:job', 'main', () => ['topic:test'], 'newest'],
  ['end of the path:job', 'main', () => ['linked:test'], 'newest'],
  ['longer end of the path:job', 'main', () => ['trees/linked:test'], 'newest'],
  ['path:job', 'main', () => [`${worktrees.linked}:test`], 'newest'],
  ['the branch of this worktree:job', 'linked', () => ['main:test'], 'new'],
  ['worktree:invocation:job', 'main', () => [`topic:${ids.other}:test`], 'other'],
  ['worktree:invocation', 'main', () => [`topic:${ids.other}`], 'other'],
  ['--job', 'main', () => ['--job', 'test'], 'new'],
  ['--job --worktree', 'main', () => ['--job', 'test', '--worktree', 'topic'], 'newest'],
  ['--job --inv', 'main', () => ['--job', 'test', '--inv', ids.other.slice(0, 8)], 'other'],
  ['--inv', 'main', () => ['--inv', ids.old], 'old'],
  ['--worktree with one invocation', 'main', () => ['--worktree', 'topic', '--inv', ids.newest], 'newest'],
  ['a name that looks like digits, by --job', 'main', () => ['--job', 'cafe'], 'hex'],
  ['a name that looks like digits, with its invocation', 'main', () => [`${ids.hex}:cafe`], 'hex'],
  ['a name with a colon, by --job', 'main', () => ['--job', 'a:b'], 'colon'],
  ['a name with an @, by --job', 'main', () => ['--job', 'x@2'], 'at'],
])('%s', async (_, worktree, address, wanted) => {
  const printed = await sandbox.ok(['logs', ...address()], {cwd: worktrees[worktree]});
  expect(printed).toBe(`${wanted}\n`);
});

it.each(['logs', 'status', 'wait', 'progress report'])(
  '%s says which job of another worktree is meant',
  async command => {
    const words = command.split(' ');
    const {stderr} = await sandbox.stint([...words, 'cafe'], {cwd: worktrees.linked});
    expect(stderr).toMatch(/^stint: cafe did not run in this worktree. Meant is its newest run elsewhere:\n/);
    expect(stderr).toContain(`\n       ${ids.hex}:cafe  completed  ${worktrees.main}  `);
    const hereOrNamed = [['cafe'], ['main:cafe'], [`${ids.hex}:cafe`], ['test']];
    for (const args of hereOrNamed) {
      const {stderr: quiet} = await sandbox.stint([...words, ...args], {cwd: worktrees.main});
      expect(quiet).not.toContain('this worktree');
    }
  },
);

it.each<[string, () => readonly string[]]>([
  ['another attempt', () => ['test@2']],
  ['a name with an @ that reads as an attempt', () => ['x@2']],
  ['a name with a colon that reads as worktree and name', () => ['a:b']],
  ['the job of another invocation', () => [`${ids.hex}:test`]],
  ['another worktree', () => ['nowhere:test']],
  ['a part of a path component', () => ['inked:test']],
  ['a name in another worktree', () => ['--job', 'cafe', '--worktree', 'topic']],
])('finds nothing for %s', async (_, address) => {
  const {code, stdout, stderr} = await sandbox.stint(['logs', ...address()], {cwd: worktrees.main});
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toContain('No job matches ');
});

it('lists the candidates when an address means several jobs', async () => {
  const twins = ['abcdef000001', 'abcdef000002'];
  for (const id of twins) await submitAs(id);
  const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['abcdef'], twins.map(id => `${id}:twin`)],
    [['--inv', 'abcdef0', '--job', 'twin'], twins.map(id => `${id}:twin`)],
    [['--worktree', 'topic'], [ids.other, ids.newest].map(id => `${id}:test`)],
  ];
  for (const [args, candidates] of cases) {
    const {code, stdout, stderr} = await sandbox.stint(['status', ...args], {cwd: worktrees.main});
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^stint: .* means more than one job\.\n {7}Use one of:\n/);
    for (const candidate of candidates) expect(stderr).toContain(`\n       ${candidate}  `);
    const json = await sandbox.stint(['status', '--json', ...args], {cwd: worktrees.main});
    expect(JSON.parse(json.stderr)).toMatchObject({error: {code: 'AMBIGUOUS', retryable: false}});
  }
  expect((await sandbox.stint(['wait', 'abcdef000002'], {cwd: worktrees.main})).code).toBe(0);
});

it('refuses an address together with --job, --inv or --worktree', async () => {
  const {code, stderr} = await sandbox.stint(['logs', 'test', '--job', 'test'], {cwd: worktrees.main});
  expect([code, stderr]).toEqual([
    2,
    'stint: Give either an address (test) or --job, --inv and --worktree, not both.\n',
  ]);
});

/** Submits a job under an invocation id of our choice. */
async function submitAs(invocation: string): Promise<void> {
  const client = new Client({state: sandbox.state});
  try {
    await client.submit({
      invocation,
      repo: place.git('repo', 'config', 'stint.id'),
      place: join(worktrees.main, '.git'),
      trigger_command: 'test',
      hook_type: null,
      cwd: worktrees.main,
      umask: 0o022,
      env: [],
      checkout: {worktree: worktrees.main, branch: 'main', commit: null, dirty: null},
      jobs: [{name: 'twin', command: ['/bin/true'], tags: [], sample_every: 1, linger_ms: 0}],
    });
  } finally {
    client.close();
  }
}
