import {closeSync, constants, openSync, readFileSync, writeFileSync} from 'node:fs';

import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {environmentEntries} from './environment.ts';
import {fifoHasWriter, makeFifosSync, openFifo} from './fifo.ts';
import {type JobLaunch, spawnJob} from './spawn-job.ts';
import {type TemporaryDirectory, temporaryDirectory} from './testing/temporary-directory.ts';

let directory: TemporaryDirectory;
let pids: number[];
beforeEach(() => {
  directory = temporaryDirectory();
  pids = [];
});
afterEach(() => {
  for (const pid of pids) signalGroup(pid, 'SIGKILL');
  directory.remove();
});

type Words = readonly (string | Buffer)[];

interface Launched {
  readonly pid: number;
  readonly ended: Promise<void>;
}

let launches = 0;

/** Starts a command; what it writes goes into the files `out` and `err`. */
async function launch(
  command: Words,
  changes: Partial<Omit<JobLaunch, 'environment' | 'command'>> & {environment?: Words} = {},
): Promise<Launched> {
  launches += 1;
  makeFifosSync([directory.at(`alive-${launches}`)]);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC;
  const opened = ['out', 'err', 'pid', 'exit'].map(name => openSync(directory.at(name), flags, 0o600));
  const [out = 0, err = 0, pid = 0, exit = 0] = opened;
  const alive = openFifo(directory.at(`alive-${launches}`));
  let end: () => void = () => undefined;
  const ended = new Promise<void>(resolve => {
    end = resolve;
  });
  try {
    const job = await spawnJob(
      {
        cwd: '/',
        umask: 0o22,
        descriptors: {out, err, pid, exit, alive},
        ...changes,
        command: command.map(word => Buffer.from(word)),
        environment: (changes.environment ?? [`PATH=${process.env.PATH}`]).map(word => Buffer.from(word)),
      },
      () => end(),
    );
    pids.push(job.pid);
    return {pid: job.pid, ended};
  } finally {
    for (const fd of [...opened, alive]) closeSync(fd);
  }
}

async function run(...given: Parameters<typeof launch>): Promise<{out: Buffer; err: string; exit: string}> {
  await (await launch(...given)).ended;
  return {out: readFileSync(directory.at('out')), err: text('err'), exit: text('exit')};
}

function shell(script: string, ...args: string[]): string[] {
  return ['/bin/sh', '-c', script, ...args];
}

function text(name: string): string {
  return readFileSync(directory.at(name), 'utf8');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // the group is gone
  }
}

/** Looks until a file has content. */
async function written(name: string): Promise<string> {
  while (text(name) === '') await new Promise(setImmediate);
  return text(name);
}

describe('the environment of a command', () => {
  it('is what was given, byte for byte and in order, whatever /bin/sh makes of it', async () => {
    const environment = [
      'PLAIN=1',
      'EMPTY=',
      'a.b=with a dot',
      'INPUT_MY-NAME=x',
      'BASH_FUNC_x%%=() {  echo "hi"\n}',
      'LINES=one\ntwo\n\n',
      `QUOTES='"\\$HOME\`id\``,
      'EQUALS=a=b=c',
      'é=ü',
      '1=digit',
      '-u=PLAIN',
      ' =space',
    ];
    expect((await run(['/bin/cat', '/proc/self/environ'], {environment})).out.toString()).toBe(
      environment.map(entry => `${entry}\0`).join(''),
    );
  });

  it('may begin with what looks like an option of env', async () => {
    const environment = ['-S=x y', '--chdir=/tmp', 'A=1'];
    expect((await run(['/bin/cat', '/proc/self/environ'], {environment})).out.toString()).toBe(
      '-S=x y\0--chdir=/tmp\0A=1\0',
    );
  });

  it('may be empty', async () => {
    expect((await run(['/bin/cat', '/proc/self/environ'], {environment: []})).out.length).toBe(0);
  });

  it('keeps bytes that are not UTF-8, in names and values, and last newlines', async () => {
    const environment = [
      Buffer.from('X=\xff\xfe\\0101\\n\n\n', 'latin1'),
      Buffer.from('N\xe9=1', 'latin1'),
      'A=é\\',
    ];
    const {out} = await run(['/bin/cat', '/proc/self/environ'], {environment});
    expect(out).toEqual(
      Buffer.concat(environment.map(entry => Buffer.concat([Buffer.from(entry), Buffer.of(0)]))),
    );
  });

  it('and the arguments arrive whatever bytes they hold', async () => {
    const bytes = fc.uint8Array({min: 1, maxLength: 20}).map(array => Buffer.from(array));
    await fc.assert(
      fc.asyncProperty(
        fc.array(bytes, {maxLength: 4}),
        fc.array(bytes, {maxLength: 4}),
        async (words, values) => {
          const environment = values.map((value, at) => Buffer.concat([Buffer.from(`V${at}=`), value]));
          const {out} = await run(
            ['/bin/cat', '/proc/self/cmdline', '/proc/self/environ', '/dev/null', '--', ...[]],
            {
              environment,
            },
          );
          expect(out.subarray(out.indexOf('--\0') + 3)).toEqual(terminated(environment));
          const printed = await run(['/usr/bin/printf', '%s\\0', ...words], {
            environment: ['PATH=/usr/bin:/bin'],
          });
          expect(printed.out).toEqual(words.length === 0 ? Buffer.of(0) : terminated(words));
        },
      ),
      {numRuns: 15},
    );
  });

  it('may be large beside one word that is not UTF-8', async () => {
    const environment = [`BIG=${'é'.repeat(50_000)}`, Buffer.from('X=\xff', 'latin1')];
    const {out} = await run(['/bin/cat', '/proc/self/environ'], {environment});
    expect(out.equals(terminated(environment.map(entry => Buffer.from(entry))))).toBe(true);
  });

  it('can be that of this process', async () => {
    const environment = environmentEntries();
    const {out} = await run(['/bin/cat', '/proc/self/environ'], {environment});
    expect(out).toEqual(terminated(environment));
  });
});

describe('the command', () => {
  it.each([
    ['a=b', 'with an equals sign'],
    ['-x', 'with a dash at the beginning'],
    ['--help', 'like an option of env'],
    ['sp ace', 'with a space'],
  ])('may be a program named %j, %s', async name => {
    writeFileSync(directory.at(name), '#!/bin/sh\necho "$0 $*"\n', {mode: 0o755});
    const {out, exit} = await run([name, '1', '--2'], {
      environment: [`PATH=${directory.path}:${process.env.PATH}`],
    });
    expect(out.toString()).toBe(`${directory.at(name)} 1 --2\n`);
    expect(exit).toBe('0 .\n');
  });

  it('is found in the PATH that it is given, not in ours', async () => {
    writeFileSync(directory.at('mine'), '#!/bin/sh\necho mine\n', {mode: 0o755});
    expect((await run(['mine'], {environment: [`PATH=${directory.path}:/bin`]})).out.toString()).toBe(
      'mine\n',
    );
    const missing = await run(['mine'], {environment: ['PATH=/bin']});
    expect(missing.exit).toBe('127 .\n');
    expect(missing.err).toContain('mine');
  });

  it('gets its directory, its umask, and nothing to read', async () => {
    const {out} = await run(shell('pwd; umask; cat; echo end'), {cwd: directory.path, umask: 0o27});
    expect(out.toString()).toBe(`${directory.path}\n0027\nend\n`);
  });

  it('has no open descriptor but its three', async () => {
    const {out} = await run(shell('ls /proc/self/fd'));
    const low = out
      .toString()
      .trim()
      .split('\n')
      .map(Number)
      .filter(fd => fd < 16); // whoever runs the tests may leave some
    expect(low.sort((a, b) => a - b)).toEqual([0, 1, 2, 3]); // 3 is the directory that ls reads
  });

  it('leads no group and no session: its wrapper does', async () => {
    const {pid, ended} = await launch(shell('cut -d" " -f5,6 /proc/$$/stat'));
    await ended;
    expect(text('out')).toBe(`${pid} ${pid}\n`);
  });

  it('dies of signals that we and its wrapper survive', async () => {
    const {out} = await run(shell('grep -E "^Sig(Ign|Blk)" /proc/self/status'));
    expect(out.toString().replace(/\s+/g, ' ')).toMatch(/^SigBlk: 0{16} SigIgn: 0{16} $/);
  });
});

describe('the exit code', () => {
  it.each([0, 1, 7, 126, 127, 128, 137, 255])('%i is written as it is', async code => {
    expect((await run(shell(`exit ${code}`))).exit).toBe(`${code} .\n`);
  });

  it.each([
    ['TERM', 143],
    ['KILL', 137],
    ['SEGV', 139],
    ['HUP', 129],
  ])('of a command that died of SIG%s is %i, and the shell says nothing of it', async (signal, code) => {
    expect(await run(shell(`kill -${signal} $$`))).toEqual({
      out: Buffer.alloc(0),
      err: '',
      exit: `${code} .\n`,
    });
  });

  it('is 127 for a command that there is not, and says so', async () => {
    const {exit, err} = await run(['/no/such/program']);
    expect(exit).toBe('127 .\n');
    expect(err).toContain('/no/such/program');
  });

  it('is 126 for a command that is not executable', async () => {
    writeFileSync(directory.at('plain'), 'text');
    expect((await run([directory.at('plain')])).exit).toBe('126 .\n');
  });
});

describe('the wrapper', () => {
  it('writes its pid before the command starts, and lives as long as the FIFO has a writer', async () => {
    makeFifosSync([directory.at('go')]);
    const {pid, ended} = await launch(shell('cat "$0"/pid; read line < "$0"/go', directory.path));
    expect(await written('out')).toBe(`${pid} .\n`);
    expect(fifoHasWriter(directory.at(`alive-${launches}`))).toBe(true);
    writeFileSync(directory.at('go'), 'go\n');
    await ended;
    expect(fifoHasWriter(directory.at(`alive-${launches}`))).toBe(false);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGPIPE'] as const)(
    'survives a %s to its group, which ends the command, and records that',
    async signal => {
      const {pid, ended} = await launch(shell('echo up; exec sleep 60'));
      await written('out');
      signalGroup(pid, signal);
      await ended;
      const number = {SIGTERM: 15, SIGINT: 2, SIGHUP: 1, SIGQUIT: 3, SIGUSR1: 10, SIGPIPE: 13}[signal];
      expect(text('exit')).toBe(`${128 + number} .\n`);
      expect(text('err')).toBe('');
    },
  );

  it('records the code of a command that handles the signal and ends later', async () => {
    const {pid, ended} = await launch(shell('trap "exit 9" TERM; echo up; while :; do sleep 0.01; done'));
    await written('out');
    signalGroup(pid, 'SIGTERM');
    await ended;
    expect(text('exit')).toBe('9 .\n');
  });

  it('records nothing when it is killed itself', async () => {
    const {pid, ended} = await launch(shell('echo up; exec sleep 60'));
    await written('out');
    process.kill(pid, 'SIGKILL');
    await ended;
    expect(text('exit')).toBe('');
    expect(fifoHasWriter(directory.at(`alive-${launches}`))).toBe(false);
  });

  it('holds neither spool nor FIFO for a process that the command leaves behind', async () => {
    await (await launch(shell('sleep 60 > /dev/null 2>&1 & exit 3'))).ended;
    expect(text('exit')).toBe('3 .\n');
    expect(fifoHasWriter(directory.at(`alive-${launches}`))).toBe(false);
  });
});

describe('a wrapper that cannot be started', () => {
  it('rejects, and the end is never told', async () => {
    await expect(launch(['true'], {cwd: directory.at('gone')})).rejects.toMatchObject({code: 'ENOENT'});
    await expect(launch(['true', 'x'.repeat(200_000)])).rejects.toMatchObject({code: 'E2BIG'});
  });
});

function terminated(words: Words): Buffer {
  return Buffer.concat(words.flatMap(word => [Buffer.from(word), Buffer.of(0)]));
}
