import {writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {fifoHasWriter, makeFifosSync} from '../files/fifo.ts';
import {machineUptime} from '../machine-time.ts';
import {LaunchedJobs, signalGroup} from '../testing/launched-jobs.ts';

let jobs: LaunchedJobs;
beforeEach(() => {
  jobs = new LaunchedJobs();
});
afterEach(() => jobs.remove());

function shell(script: string, ...args: string[]): string[] {
  return ['/bin/sh', '-c', script, ...args];
}

/** Looks until a file has content. */
async function written(name: string): Promise<string> {
  while (jobs.text(name) === '') await new Promise(setImmediate);
  return jobs.text(name);
}

describe('the command', () => {
  it.each([
    ['a=b', 'with an equals sign'],
    ['-x', 'with a dash at the beginning'],
    ['--help', 'like an option of env'],
    ['sp ace', 'with a space'],
  ])('may be a program named %j, %s', async name => {
    writeFileSync(jobs.at(name), '#!/bin/sh\necho "$0 $*"\n', {mode: 0o755});
    const {out, exit} = await jobs.run([name, '1', '--2'], {
      environment: [`PATH=${jobs.path}:${process.env.PATH}`],
    });
    expect(out.toString()).toBe(`${jobs.at(name)} 1 --2\n`);
    expect(exit).toBe('0 .\n');
  });

  it('is found in the PATH that it is given, not in ours', async () => {
    writeFileSync(jobs.at('mine'), '#!/bin/sh\necho mine\n', {mode: 0o755});
    expect((await jobs.run(['mine'], {environment: [`PATH=${jobs.path}:/bin`]})).out.toString()).toBe(
      'mine\n',
    );
    const missing = await jobs.run(['mine'], {environment: ['PATH=/bin']});
    expect(missing.exit).toBe('127 .\n');
    expect(missing.err).toContain('mine');
  });

  it('gets its directory, its umask, and nothing to read', async () => {
    const {out} = await jobs.run(shell('pwd; umask; cat; echo end'), {cwd: jobs.path, umask: 0o27});
    expect(out.toString()).toBe(`${jobs.path}\n0027\nend\n`);
  });

  it('has no open descriptor but its three', async () => {
    const {out} = await jobs.run(shell('ls /proc/self/fd'));
    const low = out
      .toString()
      .trim()
      .split('\n')
      .map(Number)
      .filter(fd => fd < 16); // whoever runs the tests may leave some
    expect(low.sort((a, b) => a - b)).toEqual([0, 1, 2, 3]); // 3 is the directory that ls reads
  });

  it('leads no group and no session: its wrapper does', async () => {
    const {pid, ended} = await jobs.launch(shell('cut -d" " -f5,6 /proc/$$/stat'));
    await ended;
    expect(jobs.text('out')).toBe(`${pid} ${pid}\n`);
  });

  it('dies of signals that we and its wrapper survive', async () => {
    const {out} = await jobs.run(shell('grep -E "^Sig(Ign|Blk)" /proc/self/status'));
    expect(out.toString().replace(/\s+/g, ' ')).toMatch(/^SigBlk: 0{16} SigIgn: 0{16} $/);
  });
});

describe('the exit code', () => {
  it.each([0, 1, 7, 126, 127, 128, 137, 255])('%i is written as it is', async code => {
    expect((await jobs.run(shell(`exit ${code}`))).exit).toBe(`${code} .\n`);
  });

  it.each([
    ['TERM', 143],
    ['KILL', 137],
    ['SEGV', 139],
    ['HUP', 129],
  ])('of a command that died of SIG%s is %i, and the shell says nothing of it', async (signal, code) => {
    expect(await jobs.run(shell(`kill -${signal} $$`))).toEqual({
      out: Buffer.alloc(0),
      err: '',
      exit: `${code} .\n`,
    });
  });

  it('is 127 for a command that there is not, and says so', async () => {
    const {exit, err} = await jobs.run(['/no/such/program']);
    expect(exit).toBe('127 .\n');
    expect(err).toContain('/no/such/program');
  });

  it('is 126 for a command that is not executable', async () => {
    writeFileSync(jobs.at('plain'), 'text');
    expect((await jobs.run([jobs.at('plain')])).exit).toBe('126 .\n');
  });
});

describe('the wrapper', () => {
  it('writes its pid before the command starts, and lives as long as the FIFO has a writer', async () => {
    makeFifosSync([jobs.at('go')]);
    const {pid, ended} = await jobs.launch(shell('cat "$0"/pid; read line < "$0"/go', jobs.path));
    expect(await written('out')).toMatch(new RegExp(`^${pid} \\.\n`));
    expect(fifoHasWriter(jobs.alive)).toBe(true);
    writeFileSync(jobs.at('go'), 'go\n');
    await ended;
    expect(fifoHasWriter(jobs.alive)).toBe(false);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGPIPE'] as const)(
    'survives a %s to its group, which ends the command, and records that',
    async signal => {
      const {pid, ended} = await jobs.launch(shell('echo up; exec sleep 60'));
      await written('out');
      signalGroup(pid, signal);
      await ended;
      const number = {SIGTERM: 15, SIGINT: 2, SIGHUP: 1, SIGQUIT: 3, SIGUSR1: 10, SIGPIPE: 13}[signal];
      expect(jobs.firstLine('exit')).toBe(`${128 + number} .\n`);
      expect(jobs.text('err')).toBe('');
    },
  );

  it('records that a TERM ended what stands in for the command before it is executed', async () => {
    writeFileSync(jobs.at('perl'), '#!/bin/sh\necho up; exec sleep 60\n', {mode: 0o755});
    const slow = new LaunchedJobs({shell: '/bin/sh', perl: jobs.at('perl')});
    const {pid, ended} = await slow.launch(['/bin/true'], {environment: ['a.b=1']});
    while (slow.text('out') === '') await new Promise(setImmediate);
    signalGroup(pid, 'SIGTERM');
    await ended;
    expect(slow.firstLine('exit')).toBe('143 .\n');
    slow.remove();
  });

  it('records the code of a command that handles the signal and ends later', async () => {
    const {pid, ended} = await jobs.launch(
      shell('trap "exit 9" TERM; echo up; while :; do sleep 0.01; done'),
    );
    await written('out');
    signalGroup(pid, 'SIGTERM');
    await ended;
    expect(jobs.firstLine('exit')).toBe('9 .\n');
  });

  it('records nothing when it is killed itself', async () => {
    const {pid, ended} = await jobs.launch(shell('echo up; exec sleep 60'));
    await written('out');
    process.kill(pid, 'SIGKILL');
    await ended;
    expect(jobs.firstLine('exit')).toBe('');
    expect(fifoHasWriter(jobs.alive)).toBe(false);
  });

  it('holds neither spool nor FIFO for a process that the command leaves behind', async () => {
    await (await jobs.launch(shell('sleep 60 > /dev/null 2>&1 & exit 3'))).ended;
    expect(jobs.firstLine('exit')).toBe('3 .\n');
    expect(fifoHasWriter(jobs.alive)).toBe(false);
  });
});

describe('a wrapper that cannot be started', () => {
  it('rejects, and the end is never told', async () => {
    await expect(jobs.launch(['true'], {cwd: jobs.at('gone')})).rejects.toThrow(
      `its directory ${jobs.at('gone')} is gone`,
    );
    await expect(jobs.launch(['true', 'x'.repeat(200_000)])).rejects.toMatchObject({code: 'E2BIG'});
  });
});

describe('how long the command ran', () => {
  const UPTIME = /^\d+ \.\n(\d+\.\d\d)\n/;

  it('is noted behind its pid and its code, as the uptime of the machine', async () => {
    const {ended} = await jobs.launch(shell('sleep 0.1'));
    await ended;
    const [began, end] = ['pid', 'exit'].map(name => Number(UPTIME.exec(jobs.text(name))?.[1]) * 1000);
    const now = machineUptime()?.ms ?? 0;
    expect(end).toBeGreaterThanOrEqual((began ?? now) + 90);
    expect(end).toBeLessThanOrEqual(now + 20);
    expect(began).toBeGreaterThan(now - 60_000);
  });

  it('needs no room that was not there before', async () => {
    const {ended} = await jobs.launch(shell('exit 143'));
    await ended;
    expect(jobs.text('pid').length).toBeLessThan(32);
    expect(jobs.text('exit').length).toBeLessThan(256);
  });

  it('is nothing that the command sees', async () => {
    const {out} = await jobs.run(shell('set | grep -E "^(up|rest)=" | wc -l'));
    expect(out.toString().trim()).toBe('0');
  });
});
