import {existsSync, mkdirSync, symlinkSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {Sandbox} from '../support/sandbox.ts';
import {bytesOf, shell} from '../support/shell.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

describe('what run prints', () => {
  it('prints exactly the address on stdout and a line for people on stderr', async () => {
    const {code, stdout, stderr} = await sandbox.stint(['run', '--', 'echo', 'hello']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[0-9a-f]{12}:echo\n$/);
    expect(stderr).toMatch(/^stint: echo runs in the background\. Its output: stint logs -f [0-9a-f]{6}\n$/);
    expect(await sandbox.ok(['logs', '-f', stdout.trim()])).toBe('hello\n');
  });

  it('prints one object with --json, and how it ended with --wait --json', async () => {
    const submitted = await sandbox.stint(['run', '--json', '--name', 'one', '--', 'true']);
    const facts = JSON.parse(submitted.stdout) as Record<string, unknown>;
    expect(submitted.stderr).toBe('');
    expect(facts).toEqual({
      invocation_id: expect.stringMatching(/^[0-9a-f]{12}$/),
      invocation_short: String(facts.invocation_id).slice(0, 6),
      name: 'one',
      attempt: 1,
      address: `${facts.invocation_id}:one`,
      submitted: true,
    });
    const waited = await sandbox.stint(['run', '--json', '--wait', '-c', 'exit 5']);
    expect(waited.code).toBe(5);
    expect(waited.stderr).toBe('');
    expect(JSON.parse(waited.stdout)).toMatchObject({
      name: 'sh',
      status: 'failed',
      exit_code: 5,
      message: null,
    });
  });
});

describe('names', () => {
  it('runs jobs under names that are no path components, and their addresses find them', async () => {
    const names = ['../x', 'a/b', '..', '.hidden', '%2E', '-n', '🚀 launch', 'x'.repeat(255), 'a:b', 'a@2'];
    for (const name of names) {
      const address = await sandbox.submit(['--name', name, '--', 'printf', '%s\\n', name]);
      const invocation = address.slice(0, 12);
      expect(address).toBe(/[:@]/.test(name) ? invocation : `${invocation}:${name}`);
      expect(await sandbox.ok(['logs', '-f', address])).toBe(`${name}\n`);
    }
    const jobs = await sandbox.list();
    expect(jobs.map(({name}) => name)).toEqual([...names].reverse());
    for (const {repo, invocation_id, log} of jobs) {
      const directory = join(sandbox.state, 'repos', String(repo), 'jobs', invocation_id);
      expect(dirname(dirname(String(log)))).toBe(directory);
      expect(existsSync(String(log))).toBe(true);
    }
    expect(new Set(jobs.map(({log}) => log)).size).toBe(names.length);
  });

  it.each([
    ['', 'it is empty'],
    ['  ', 'it is empty'],
    ['x'.repeat(300), 'it is 300 bytes long, at most 255 are possible'],
    ['é'.repeat(128), 'it is 256 bytes long, at most 255 are possible'],
    ['a\nb', 'it holds a control character'],
  ])('refuses %j by name', async (name, why) => {
    const {code, stdout, stderr} = await sandbox.stint(['run', '--name', name, '--', 'true']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`'${name.slice(0, 60).replace('\n', '\\x0a')}' cannot be a job's name: ${why}.`);
    expect(stderr).toContain('--name');
  });

  it('prints nothing but the address with -q', async () => {
    const quiet = await sandbox.stint(['run', '-q', '--name', 'job', '--', 'true']);
    expect(quiet).toEqual({code: 0, stdout: expect.stringMatching(/^[0-9a-f]{12}:job\n$/), stderr: ''});
    const waited = await sandbox.stint(['run', '-q', '--wait', '--name', 'job', '-c', 'echo x; exit 4']);
    expect(waited).toEqual({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(/^stint: [0-9a-f]{12}:job\n$/),
    });
    expect(await sandbox.stint(['wait', '-q', 'job'])).toEqual({code: 4, stdout: '', stderr: ''});
    await sandbox.submit(['--name', 'long', '--', 'sleep', '1000']);
    expect(await sandbox.stint(['cancel', '-q', 'long'])).toEqual({code: 0, stdout: '', stderr: ''});
    expect(await sandbox.ok(['logs', '-n', '3', 'job'])).toBe('x\n');
  });

  it('is called like its command when no name is given, and never like a secret', async () => {
    const env = {SOME_TOKEN: 'hushhush'};
    const nameOf = async (...args: string[]) => (await sandbox.submit(args, {env})).slice(13);
    expect(await nameOf('/bin/echo', 'x')).toBe('echo');
    expect(await nameOf('-c', 'cd / && true')).toBe('true');
    expect(await nameOf('--', 'env', 'A_KEY=hushhush', 'sh', '-eu', './hushhush/a.sh')).toBe('sh-a.sh');
    expect(await nameOf('--', 'sh', '-eu', './hushhush')).toBe('sh');
    expect(await nameOf('--env', 'OTHER_KEY=quietly', '--', 'git', 'quietly')).toBe('git');
    expect(await nameOf('-c', "A_KEY='not told' git fetch")).toBe('git-fetch');
  });
});

describe('what the job is given', () => {
  it('takes tags, a directory and variables, and PWD follows the directory', async () => {
    const other = join(sandbox.root, 'other place');
    mkdirSync(other);
    const set = [
      '--tag',
      'build',
      '--tag',
      'a,b',
      '--cwd',
      '../other place',
      '--env',
      'NEW=1',
      '--env',
      'HOME=a=b',
    ];
    const show = 'printf "%s|" "$PWD" "$(pwd -P)" "$NEW" "$HOME" "$OLD"';
    const address = await sandbox.submit(['--wait', ...set, '-c', show], {env: {HOME: '/home', OLD: 'o'}});
    expect(await sandbox.ok(['logs', address])).toBe(`${other}|${other}|1|a=b|o|\n`);
    const [job] = await sandbox.list({cwd: other});
    expect(job).toMatchObject({tags: ['build', 'a,b'], cwd: other, name: 'printf'});
  });

  it('leaves PWD as it was without --cwd, also where it names a symbolic link', async () => {
    const link = join(sandbox.root, 'link');
    symlinkSync(sandbox.work, link);
    const {stdout} = await shell(
      sandbox,
      'cd "$1" && stint run --wait -- sh -c "pwd; pwd -P" >&2; stint logs pwd',
      [link],
    );
    expect(stdout.toString()).toBe(`${link}\n${sandbox.work}\n`);
  });

  it('passes options behind the command on to it, with and without --', async () => {
    const words = ['printf', '<%s>', '--watch', '--json', '-f', '--name', '--', 'x', '', ' '];
    for (const args of [words, ['--', ...words]]) {
      const address = await sandbox.submit(['--wait', ...args]);
      expect(await sandbox.ok(['logs', address])).toBe('<--watch><--json><-f><--name><--><x><>< >\n');
    }
  });

  it('runs a shell text with /bin/sh', async () => {
    const address = await sandbox.submit(['--wait', '-c', 'echo "a  b" | tr a z; echo \'$0\' "$0"']);
    expect(await sandbox.ok(['logs', address])).toBe('z  b\n$0 /bin/sh\n');
    expect((await sandbox.list())[0]).toMatchObject({command: 'echo "a  b" | tr a z; echo \'$0\' "$0"'});
  });

  it('runs commands with unusual names from PATH and from a path', async () => {
    const bin = join(sandbox.root, 'bin');
    mkdirSync(bin);
    const env = {PATH: `${bin}:${process.env.PATH}`};
    for (const name of ['a=b', '-dash', "it's a name", '-n']) {
      symlinkSync('/bin/echo', join(bin, name));
      for (const program of [name, `../bin/${name}`]) {
        const address = await sandbox.submit(['--', program, 'x', name, '-n'], {env});
        expect(await sandbox.ok(['logs', '-f', address])).toBe(`x ${name} -n\n`);
      }
    }
  });

  it('hands over arguments that are not UTF-8', async () => {
    const script = 'stint run --wait -- printf "%s|" "$(printf "a\\377\\001b")" "$(printf "\\200")" é >&2';
    expect((await shell(sandbox, script)).code).toBe(0);
    const wanted = Buffer.concat([Buffer.from([0x61, 0xff, 1, 0x62, 0x7c, 0x80, 0x7c]), Buffer.from('é|')]);
    expect(await bytesOf(sandbox, ['logs', 'printf', '--raw'])).toEqual(wanted);
  });

  it('hands over a shell text and a variable that are not UTF-8', async () => {
    const script = `byte=$(printf "\\377"); stint run --wait --env "V=$byte" -c "printf %s 'a$byte'\\"\\$V\\"b" >&2`;
    expect((await shell(sandbox, script)).code).toBe(0);
    expect(await bytesOf(sandbox, ['logs', 'printf', '--raw'])).toEqual(
      Buffer.from([0x61, 0xff, 0xff, 0x62]),
    );
  });

  it('keeps the umask of the submitter', async () => {
    const job = 'umask; mkdir "$(umask)"; stat -c %a "$(umask)"';
    const script = `for mask in 0002 0077 0000; do (umask $mask; stint run --wait -c '${job}' >&2); stint logs mkdir; done`;
    const {stdout} = await shell(sandbox, script);
    expect(stdout.toString()).toBe('0002\n775\n0077\n700\n0000\n777\n');
  });

  it('has /dev/null as its input and none of the descriptors that the submitter holds', async () => {
    const list =
      'readlink /proc/self/fd/0; for fd in 3 4 5 6 9 77; do test ! -e /proc/self/fd/$fd || echo $fd; done';
    const script = 'exec bash -c \'exec 9>held 77>held; "$NODE" "$STINT" run --wait -c "$1" >&2\' bash "$1"';
    expect((await shell(sandbox, script, [list])).code).toBe(0);
    expect(await sandbox.ok(['logs', 'readlink'])).toBe('/dev/null\n');
    const pid = await sandbox.coordinatorPid();
    const held = await shell(sandbox, 'ls -l /proc/$1/fd', [String(pid)]);
    expect(held.stdout.toString()).toContain('coordinator.lock');
    expect(held.stdout.toString()).not.toContain(join(sandbox.work, 'held'));
  });

  it('has default signal actions, whatever the submitter ignores', async () => {
    await shell(sandbox, 'trap "" INT HUP TERM; stint run --wait -- cat /proc/self/status >&2');
    expect(await sandbox.ok(['logs', 'cat'])).toMatch(/^SigIgn:\t0+$/m);
  });
});

describe('--sample', () => {
  it('keeps the output whose number is divisible by N and every status', async () => {
    const address = await sandbox.submit(['--wait', '--sample', '10', '--', 'seq', '1', '95']);
    const records = await sandbox.records(address);
    const output = records.filter(({kind}) => kind !== 'status');
    expect(output.map(({seq, data}) => [seq, data])).toEqual(
      [10, 20, 30, 40, 50, 60, 70, 80, 90].map(seq => [seq, String(seq)]),
    );
    expect(records.filter(({kind}) => kind === 'status').map(({seq}) => seq)).toEqual([0, 96, 97]);
  });
});

describe('a job of which only a sample is recorded', () => {
  it('says so wherever somebody looks at it', async () => {
    const followed = await sandbox.stint([
      'run',
      '-f',
      '--name',
      'job',
      '--sample',
      '10',
      '--',
      'seq',
      '1',
      '25',
    ]);
    expect(followed.stderr).toContain(ONE_IN_TEN);
    expect(await sandbox.list()).toMatchObject([{name: 'job', sample_every: 10}]);
    expect(JSON.parse(await sandbox.ok(['status', 'job', '--json']))).toMatchObject({sample_every: 10});
    expect(await sandbox.ok(['status', 'job'])).toMatch(/^ {2}sampled +one line in 10 is recorded/m);
    for (const args of [[], ['--raw'], ['-f'], ['--tail', '1'], ['--stdout']]) {
      const {stdout, stderr} = await sandbox.stint(['logs', 'job', ...args]);
      expect(stdout.endsWith('20\n')).toBe(true);
      expect(stderr.split(ONE_IN_TEN)).toHaveLength(2); // once
    }
    for (const args of [['--json'], ['--status']])
      expect((await sandbox.stint(['logs', 'job', ...args])).stderr).toBe('');
  });

  it('is no other one', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'job', '--', 'echo', 'all']);
    expect(await sandbox.list()).toMatchObject([{sample_every: 1}]);
    expect(await sandbox.ok(['status', 'job'])).not.toContain('sampled');
    expect(await sandbox.stint(['logs', 'job'])).toEqual({code: 0, stdout: 'all\n', stderr: ''});
  });
});

const ONE_IN_TEN = 'stint: job: of its output only one line in 10 is recorded (--sample 10)\n';

describe('--linger', () => {
  it('closes the log after that time although a process it left behind could still write', async () => {
    const address = await sandbox.submit(['--wait', '--linger', '100ms', '-c', 'sleep 60 & echo done']);
    await sandbox.ok(['logs', '-f', address]);
    const records = await sandbox.records(address);
    expect(records.map(({data}) => data)).toEqual([
      expect.objectContaining({event: 'started'}),
      'done',
      expect.objectContaining({event: 'finished', exit_code: 0}),
      {event: 'closed', left_open: true},
    ]);
  });

  it('waits for what a process left behind writes within that time', async () => {
    const address = await sandbox.submit(['--linger', '20s', '-c', '(sleep 0.2; echo late) & echo early']);
    expect(await sandbox.ok(['logs', '-f', address])).toBe('early\nlate\n');
    expect((await sandbox.records(address)).at(-1)?.data).toEqual({event: 'closed'});
  });
});

it('submits what one program of a job submits as a job of its own', async () => {
  const inner = '"$NODE" "$STINT" run --wait --name inner -- printenv STINT_JOB_ID';
  const {code, stderr} = await shell(sandbox, 'stint run --wait --name outer -c "$1" >&2', [inner]);
  expect([code, stderr]).toEqual([0, expect.stringContaining('outer completed')]);
  const [job] = await sandbox.list();
  expect(job?.name).toBe('inner');
  expect(await sandbox.ok(['logs', 'inner'])).toBe(`${job?.invocation_id}:inner\n`);
});
