/** Which jobs `ls` lists when it is asked for some, and what it says of the others. */
import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {type TemporaryPlace, temporaryPlace} from '../../src/project/testing/temporary-repo.ts';
import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {type Listed, Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
let place: TemporaryPlace;
let repo: string;
let linked: string;
let gate: ReturnType<typeof makeGate>;

beforeAll(async () => {
  sandbox = new Sandbox();
  place = temporaryPlace();
  repo = place.makeRepo('repo');
  place.git('repo', 'worktree', 'add', '--quiet', '-b', 'topic/one', '../linked');
  linked = join(place.root, 'linked');
  gate = makeGate(sandbox);
  await sandbox.ok(['run', '--wait', '--name', 'unit', '--tag', 'fast', '--', 'true'], {cwd: repo});
  await sandbox.stint(
    [
      'run',
      '--wait',
      '--name',
      'lint',
      '--tag',
      'fast',
      '--tag',
      'ci',
      '-c',
      'printf "\\033[31mone\\033[0m\\n\\ttwo\\nthree\\nfour\\n\\n"; exit 3',
    ],
    {cwd: repo},
  );
  await sandbox.stint(['run', '--wait', '--name', 'unit', '--', 'sh', '-c', 'exit 1'], {cwd: linked});
  await sandbox.ok(['run', '--name', 'server', '--tag', 'ci', '-c', `: Serve; ${gate.pass}`], {cwd: linked});
  await sandbox.ok(['run', '--wait', '--name', 'outside', '--', 'true']);
  await untilCounted(sandbox, {open: 1, running: 1});
}, 60_000);

afterAll(async () => {
  await gate.open();
  await sandbox.dispose();
  place.remove();
});

async function names(...args: string[]): Promise<string[]> {
  const jobs = JSON.parse(await sandbox.ok(['ls', '--json', ...args], {cwd: repo})) as Listed[];
  return jobs.map(({name, status}) => `${name} ${status}`);
}

describe('a filter', () => {
  const [server, unitFailed, lint, unit] = ['server running', 'unit failed', 'lint failed', 'unit completed'];

  it.each<[string, string[]]>([
    ['', [server, unitFailed, lint, unit]],
    ['--failed', [unitFailed, lint]],
    ['--running', [server]],
    ['--failed --running', [server, unitFailed, lint]],
    ['--status completed,running', [server, unit]],
    ['--status completed --status running', [server, unit]],
    ['--status queued', []],
    ['--status timed_out', []],
    ['--tag ci', [server, lint]],
    ['--tag fast --failed', [lint]],
    ['--tag fast,nothing', [lint, unit]],
    ['--name unit', [unitFailed, unit]],
    ['--name uni', []],
    ['--here', [lint, unit]],
    ['--worktree topic/one', [server, unitFailed]],
    ['--worktree linked/', [server, unitFailed]],
    ['--worktree nowhere', []],
    ['--since 1h', [server, unitFailed, lint, unit]],
    ['--since now', [server]],
    ['--until 1h', []],
    ['--hook post-commit', []],
    ['uni', [unitFailed, unit]],
    ['LINT', []],
    ['serve', [server]],
    ['^serve|lin', [server, lint]],
    ['--last 1', [server]],
    ['--last 1 --failed', [unitFailed]],
    ['--last 1 --name unit --here', [unit]],
    ['--stalled', []],
  ])('`ls %s` lists %j', async (line, expected) => {
    expect(await names(...line.split(' ').filter(word => word !== ''))).toEqual(expected);
  });

  it('tells what it left out', async () => {
    const {stdout, stderr} = await sandbox.stint(['ls', '--failed', '--last', '1'], {cwd: repo});
    expect(stdout).toContain('unit');
    expect(stdout).not.toContain('lint');
    expect(stderr).toBe('stint: 1 more: stint ls --failed --last 1 --all\n');
    expect((await sandbox.stint(['ls', '--failed'], {cwd: repo})).stderr).toBe('');
  });

  it.each([
    ['--here --status completed', 'stint: nothing here; 1 job in other worktrees: main\n'],
    ['--name nothing', 'stint: no job matches. There are 4 jobs: stint ls --all\n'],
  ])('says of `ls %s` where nothing is what there is elsewhere', async (line, said) => {
    const {code, stdout, stderr} = await sandbox.stint(['ls', ...line.split(' ')], {cwd: linked});
    expect([code, stdout, stderr]).toEqual([0, '', said]);
  });
});

describe('other repositories', () => {
  it('are listed by their path, also from elsewhere, and all together', async () => {
    const outside = async (...args: string[]) =>
      (JSON.parse(await sandbox.ok(['ls', '--json', ...args])) as Listed[]).map(({name}) => name);
    expect(await outside()).toEqual(['outside']);
    expect(await outside('--repo', linked)).toEqual(['server', 'unit', 'lint', 'unit']);
    expect(await outside('--repo', linked, '--here')).toEqual(['server', 'unit']);
    expect((await outside('--all-repos')).sort()).toEqual(['lint', 'outside', 'server', 'unit', 'unit']);
    expect(await outside('--all-repos', '--last', '1', '--name', 'unit,outside')).toEqual(['outside']);
    const shown = await sandbox.ok(['ls', '--all-repos']);
    expect(
      shown.split('\n').filter(line => /^(\/|>| {2}[a-z])/.test(line) && !/^ {2}[0-9a-f]{6} /.test(line)),
    ).toEqual([
      sandbox.work,
      repo,
      expect.stringMatching(/^ {2}topic\/one {2}\/.*linked$/),
      expect.stringMatching(/^ {2}main {2}\/.*repo$/),
    ]);
  });

  it('are told when they are gone', async () => {
    const gone = join(sandbox.root, 'gone');
    mkdirSync(gone);
    await sandbox.ok(['run', '--wait', '--name', 'was-there', '--', 'true'], {cwd: gone});
    rmSync(gone, {recursive: true});
    expect(await sandbox.ok(['ls', '--all-repos', '--name', 'was-there'])).toContain(`${gone}  (gone)\n`);
    expect(await sandbox.ok(['ls', '--repo', gone])).toMatch(/ was-there +✓ completed/);
  });

  it('are told of where nothing was run here', async () => {
    const {stderr} = await sandbox.stint(['ls'], {cwd: sandbox.root});
    expect(stderr).toMatch(
      /^stint: nothing was run in this repository yet\. .* Jobs of \d other repositories: stint ls --all-repos\n$/,
    );
  });
});

describe('what cannot be meant', () => {
  it.each([
    ['--status faild', "--status is 'faild'.", 'Did you mean: failed? It can be: queued,', 2],
    ['--fields nam,status', "--fields names 'nam', which no job has.", 'Did you mean: name', 2],
    ['--fields ,', '--fields names no field.', 'There are: invocation_id,', 2],
    ['(', "[pattern] is '(', which is no regular expression", '', 2],
    ['--since tomorrow', "--since is 'tomorrow', which lies in the future.", 'A time is 10m', 2],
    ['--until soon', "--until is 'soon', not a time.", 'A time is', 2],
    ['--last 0', "--last is '0', not a whole number of at least 1.", '', 2],
    ['--repo /nonexistent/x', 'No job was ever run in /nonexistent/x, which does not exist.', '', 3],
    ['--repo /', 'No job was ever run in /.', 'stint ls --all-repos', 3],
    ['--repo . --all-repos', 'Give either --repo or --all-repos, not both.', '', 2],
    ['--here --all-repos', 'Give either --here or --all-repos, not both.', '', 2],
    ['--here --worktree main', 'Give either --here or --worktree, not both.', '', 2],
    ['--quiet --fields name', 'Give either --quiet', '', 2],
    ['--format json --no-headers', '--no-headers is for tables; json has no line of headers.', '', 2],
  ])('`ls %s` is refused', async (line, said, hint, wanted) => {
    const {code, stdout, stderr} = await sandbox.stint(['ls', ...line.split(' ')], {cwd: repo});
    expect([code, stdout]).toEqual([wanted, '']);
    expect(stderr).toContain(`stint: ${said}`);
    expect(stderr).toContain(hint);
  });

  it('is given up where a pattern takes too long, and says so', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'long', '--', 'echo', 'a'.repeat(60)], {cwd: repo});
    const {code, stdout, stderr} = await sandbox.stint(['ls', '(?=(a+)+b)'], {cwd: repo});
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^stint: Gave up on \[pattern\] '\(\?=\(a\+\)\+b\)': matching it takes too long/);
  });
});

describe('fields and headers', () => {
  it('are those that were asked for, in that order, in every format', async () => {
    const fields = ['--fields', 'status,name', '--name', 'unit'];
    const ls = (...args: string[]) => sandbox.ok(['ls', ...fields, ...args], {cwd: repo});
    expect(await ls()).toBe('STATUS     NAME\nfailed     unit\ncompleted  unit\n');
    expect(await ls('--no-headers')).toBe('failed     unit\ncompleted  unit\n');
    expect(await ls('--format', 'csv')).toBe('status,name\nfailed,unit\ncompleted,unit\n');
    expect(await ls('--format', 'tsv', '--no-headers')).toBe('failed\tunit\ncompleted\tunit\n');
    expect(await ls('--format', 'markdown', '--no-headers')).toBe(
      '| failed | unit |\n| completed | unit |\n',
    );
    expect(JSON.parse(await ls('--json'))).toEqual([
      {status: 'failed', name: 'unit'},
      {status: 'completed', name: 'unit'},
    ]);
    expect(await ls('--format', 'ndjson', '--here')).toBe('{"status":"completed","name":"unit"}\n');
    expect(await sandbox.ok(['ls', '--no-headers', '--here'], {cwd: repo})).not.toMatch(/^ID/);
    expect(await sandbox.ok(['ls', '--fields', 'name', '--format', 'csv', '--name', 'x'], {cwd: repo})).toBe(
      'name\n',
    );
  });
});

it('shows below a failed job the last lines that it wrote, without what steers a terminal', async () => {
  const shown = await sandbox.ok(['ls', '--name', 'lint'], {cwd: repo});
  expect(shown.split('\n').slice(2)).toEqual([
    '        lint │     two',
    '        lint │ three',
    '        lint │ four',
    '',
  ]);
  expect(shown).toMatch(/ TAGS +COMMAND\n.* fast,ci +printf/);
});
