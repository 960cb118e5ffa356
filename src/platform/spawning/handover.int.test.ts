import {existsSync, symlinkSync, writeFileSync} from 'node:fs';

import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {environmentEntries} from '../environment.ts';
import {LaunchedJobs, type Words} from '../testing/launched-jobs.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';

const PERL = '/usr/bin/perl';
const ENVIRON = ['/bin/cat', '/proc/self/environ'];

const BYTES = Buffer.from(Array.from({length: 255}, (_, at) => at + 1));

/** What every shell can hold, but what one of them changes, obeys or reads in another way. */
const ORDINARY = [
  'PLAIN=1',
  'EMPTY=',
  'EQUALS=a=b=c',
  'LINES=one\n\ntwo\n\n',
  `QUOTES=''"\\$HOME\`id\`'`,
  Buffer.concat([Buffer.from('EVERY_BYTE='), BYTES]),
  'PATH=/nowhere',
  'PWD=/elsewhere',
  'OLDPWD=/before',
  'SHLVL=7',
  '_=underscore',
  "IFS='",
  'PS4=$(date)',
  'ENV=/nonexistent',
  'BASH_ENV=/nonexistent',
  'POSIXLY_CORRECT=1',
  'OPTARG=x',
  'OPTERR=x',
  'LC_ALL=xx_XX',
  'LANG=ja_JP.SJIS',
  'HISTSIZE=x',
  'TERM=x',
  'MAILPATH=x',
  'TMOUT=1',
  'TZ=x',
  'CDPATH=/',
  'LD_LIBRARY_PATH=/nonexistent',
];

const ODD = [
  'a.b=with a dot',
  'INPUT_MY-NAME=x',
  'BASH_FUNC_x%%=() {  echo "hi"\n}',
  'é=ü',
  Buffer.from('N\xe9=\xff\xfe\n\n', 'latin1'),
  '1=digit',
  '-u=PLAIN',
  '--=dashes',
  ' =blank',
  '\n=newline',
  'OPTIND=abc',
  'UID=1',
  'EUID=x',
  'PPID=3',
  'SHELLOPTS=xtrace',
  'BASHOPTS=x',
  'LINENO=abc',
  'RANDOM=5',
  'SECONDS=abc',
  'FUNCNAME=x',
  'BASH_XTRACEFD=5',
  'EXECIGNORE=*',
];

/** A program that is `sh` by its name, as on systems where that is another one. */
const SHELLS = ['sh', 'bash', 'busybox'].filter(name => existsSync(`/bin/${name}`));

let place: TemporaryDirectory;
let jobs: LaunchedJobs;
beforeEach(() => {
  place = temporaryDirectory();
  jobs = new LaunchedJobs();
});
afterEach(() => {
  jobs.remove();
  place.remove();
});

function launchedBy(shell: string, perl = PERL): LaunchedJobs {
  jobs.remove();
  symlinkSync(`/bin/${shell}`, place.at('sh'));
  jobs = new LaunchedJobs({shell: place.at('sh'), perl});
  return jobs;
}

describe.each(SHELLS)('with %s as the shell', shell => {
  it.each([
    ['every shell can hold', ORDINARY],
    ['a shell cannot hold', [...ORDINARY, ...ODD]],
    ['only dash reads in another way', ['PATH=/100%:/bin', 'A=1']],
    ['are none', []],
  ])('the command gets exactly the variables that %s', async (_, environment) => {
    const {out, err} = await launchedBy(shell).run(ENVIRON, {environment});
    expect(entries(out)).toEqual(sorted(environment));
    expect(err).toBe('');
  });

  it('the times of the children of the shell stand behind the code and the uptime', async () => {
    const loop = 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done';
    await launchedBy(shell).run(['/bin/sh', '-c', loop], {environment: []});
    const [code, , , children] = jobs.text('exit').split('\n');
    const [, user] = /^0m(\d+\.\d+)s 0m\d+\.\d+s$/.exec(children ?? '') ?? [];
    expect(code).toBe('0 .');
    expect(Number(user)).toBeGreaterThan(0.01);
  });

  it.each([
    ['by itself', []],
    ['through perl', ['a.b=1']],
  ])('%s it gets its words, no descriptor and no ignored signal', async (_, odd) => {
    const environment = ['PATH=/usr/bin:/bin', "IFS='", 'LC_ALL=C.UTF-8', ...odd];
    const words = ['', '-n', '$HOME', "'", BYTES, '\n\n', 'a\\', ''];
    launchedBy(shell);
    expect(terminated(words)).toEqual(
      (await jobs.run(['/usr/bin/printf', '%s\\0', ...words], {environment})).out,
    );
    const inside = 'ls /proc/self/fd | grep -E "^1?[0-9]$"; grep -E "^Sig(Ign|Blk)" /proc/self/status';
    const {out} = await jobs.run(['sh', '-c', inside], {environment});
    expect(out.toString().replace(/\s+/g, ' ')).toBe(
      '0 1 2 3 SigBlk: 0000000000000000 SigIgn: 0000000000000000 ',
    );
  });

  it.each([
    ['by itself', []],
    ['through perl', ['a.b=1']],
  ])('%s it is found in its own PATH, and by no shell function or builtin', async (_, odd) => {
    launchedBy(shell);
    const environment = [`PATH=/nonexistent:${place.path}`, ...odd];
    for (const name of ['a=b', '-x', '--', 'sp ace', 'exec', 'no-interpreter']) {
      const begin = name === 'no-interpreter' ? '' : '#!/bin/sh\n';
      writeFileSync(place.at(name), `${begin}echo "$0 $*"\n`, {mode: 0o755});
      const {out, exit, err} = await jobs.run([name, '1', '--2'], {environment});
      expect({out: out.toString(), exit, err}).toEqual({
        out: `${place.at(name)} 1 --2\n`,
        exit: '0 .\n',
        err: '',
      });
    }
  });

  it.each([
    ['by itself', []],
    ['through perl', ['a.b=1']],
  ])(
    '%s one that there is not is 127, one that cannot be executed 126, and its stderr says so',
    async (_, odd) => {
      launchedBy(shell);
      writeFileSync(place.at('plain'), 'text');
      const environment = ['PATH=/bin', ...odd];
      for (const name of ['nosuch', 'umask', '-x', '/no/such']) {
        const {exit, err} = await jobs.run([name], {environment});
        expect({name, exit}).toEqual({name, exit: '127 .\n'});
        expect(err).toMatch(/not found|No such file/);
      }
      for (const name of [place.at('plain'), place.path]) {
        const {exit, err} = await jobs.run([name], {environment});
        expect({name, exit}).toEqual({name, exit: '126 .\n'});
        expect(err).toMatch(/ermission denied|s a directory/);
      }
    },
  );

  it('without a PATH it is found where programs are, and with an empty one in its directory', async () => {
    launchedBy(shell);
    writeFileSync(place.at('mine'), '#!/bin/sh\necho mine\n', {mode: 0o755});
    expect(entries((await jobs.run(['env', '-0'], {environment: ['A=1']})).out)).toEqual(['A=1']);
    const here = await jobs.run(['mine'], {environment: ['PATH='], cwd: place.path});
    expect(here.out.toString()).toBe('mine\n');
  });

  it('without perl it gets what can be held, and is told what cannot', async () => {
    const environment = [...ORDINARY, 'a.b=secret', 'OPTIND=abc', 'UID=1', Buffer.from('N\xe9=1', 'latin1')];
    const {out, err} = await launchedBy(shell, '/no/perl').run(ENVIRON, {environment});
    expect(entries(out)).toEqual(sorted(ORDINARY));
    expect(err).toBe(
      'stint: without /usr/bin/perl these variables cannot be handed to the command: a.b, OPTIND, UID, N\uFFFD\n',
    );
  });
});

describe('environment and words', () => {
  it('arrive whatever bytes they hold', async () => {
    const bytes = fc.uint8Array({min: 1, maxLength: 20}).map(array => Buffer.from(array));
    const name = fc.oneof(
      fc.constantFrom('A', '_', 'PWD', 'a b'),
      bytes.map(each => each.toString('latin1')),
    );
    const variables = fc.uniqueArray(fc.tuple(name, bytes), {selector: ([each]) => each, maxLength: 4});
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, {maxLength: 4}), variables, async (words, pairs) => {
        const environment = pairs
          .filter(([each]) => each !== '' && !each.includes('='))
          .map(([each, value]) => Buffer.concat([Buffer.from(`${each}=`, 'latin1'), value]));
        const {out} = await jobs.run([...ENVIRON, '/proc/self/cmdline', '/dev/null', ...[]], {environment});
        expect(entries(out.subarray(0, out.indexOf('/bin/cat\0')))).toEqual(sorted(environment));
        const printed = await jobs.run(['/usr/bin/printf', '%s\\0', ...words], {environment});
        expect(printed.out).toEqual(words.length === 0 ? Buffer.of(0) : terminated(words));
      }),
      {numRuns: 10},
    );
  });

  it('can be those of this process', async () => {
    const environment = environmentEntries();
    expect(entries((await jobs.run(ENVIRON, {environment})).out)).toEqual(sorted(environment));
  });

  it('may be as large as the system takes them, also beside bytes that are not UTF-8', async () => {
    const longest = 128 * 1024 - 1; // of one string, where a page has 4 KiB
    const environment = [
      `BIG=${'é'.repeat(50_000)}`,
      `LONGEST=${'x'.repeat(longest - 8)}`,
      `QUOTES=${"'".repeat(100_000)}`,
      Buffer.from('X=\xff', 'latin1'),
    ];
    for (const odd of [[], ['a.b=1']]) {
      const {out, exit} = await jobs.run(ENVIRON, {environment: [...environment, ...odd]});
      expect(exit).toBe('0 .\n');
      expect(entries(out)).toEqual(sorted([...environment, ...odd]));
    }
    const many = Array.from({length: 17}, (_, at) => `BIG_${at}=${'x'.repeat(100_000)}`);
    expect((await jobs.run(['/bin/true'], {environment: many})).exit).toBe('0 .\n');
  });

  it.each([
    ['one variable', {environment: [`BIG=${'x'.repeat(128 * 1024)}`]}, ['true']],
    ['one word', {}, ['true', 'x'.repeat(128 * 1024)]],
    ['all', {environment: Array.from({length: 100}, (_, at) => `V${at}=${'x'.repeat(100_000)}`)}, ['true']],
  ])('are refused where %s is more than the system takes', async (_, changes, command) => {
    await expect(jobs.launch(command, changes)).rejects.toMatchObject({
      code: 'E2BIG',
      message: expect.stringMatching(
        /^its environment and arguments are too large for this system \(\d+ KiB\)$/,
      ),
    });
  });

  it.each([
    ['read by the shell', []],
    ['read by perl', ['a.b=hushhush']],
  ])('are in no directory once the wrapper is there, and in no file once they are %s', async (_, odd) => {
    const wrappersFiles = 'readlink /proc/$PPID/fd/7; cat /proc/$PPID/fd/7; ls';
    const environment = ['PATH=/bin', 'A=hushhush', ...odd];
    const {out} = await jobs.run(['/bin/sh', '-c', wrappersFiles], {environment, cwd: jobs.path});
    expect(out.toString()).toBe(`${jobs.at('handover')} (deleted)\nalive-1\nerr\nexit\nout\npid\n`);
  });

  it('are handed over after an attempt that was killed in between', async () => {
    writeFileSync(jobs.at('handover'), `{\nexit 9\n}\n${'#'.repeat(9000)}`, {mode: 0o600});
    expect((await jobs.run(['/bin/true'])).exit).toBe('0 .\n');
  });
});

/** The entries of an environment in a fixed order, each byte a character. */
function entries(environ: Buffer): string[] {
  return environ.toString('latin1').split('\0').slice(0, -1).sort();
}

function sorted(environment: Words): string[] {
  return entries(terminated(environment));
}

function terminated(words: Words): Buffer {
  return Buffer.concat(words.flatMap(word => [Buffer.from(word), Buffer.of(0)]));
}
