import {appendFileSync, existsSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {
  coreCount,
  fifoHasWriter,
  listProcesses,
  openFilesBelow,
  processSpace,
  type WritersOf,
} from '../../../platform/index.ts';
import {type Aim, type JobSpec, keyOf} from '../../domain/index.ts';
import {specOf} from '../../domain/testing/sample-jobs.ts';
import type {JobRunner, JobTarget} from '../../ports/index.ts';
import {jobDirectories} from '../directory/job-directories.ts';
import {JOB_FILES, jobPath} from '../directory/job-paths.ts';
import {JobPlace} from '../testing/job-place.ts';
import {FifoPool} from './fifo-pool.ts';
import {jobProcesses} from './job-processes.ts';
import {commandBorn} from './kill-job.ts';

let place: JobPlace;
let runner: JobRunner;
let pool: FifoPool;
let pids: number[];
/** Every signal that was told before it was sent. */
let told: Aim[];
const hear = async (aim: Aim) => void told.push(aim);

beforeEach(() => {
  place = new JobPlace();
  pids = [];
  told = [];
  pool = new FifoPool(join(place.state, 'fifos'), () => undefined);
  runner = runnerWith(openFilesBelow(join(place.state, 'repos'), {now: () => performance.now()}));
});
afterEach(async () => {
  for (const pid of pids) endGroup(pid);
  for (;;) {
    try {
      return place.remove();
    } catch {
      await new Promise(setImmediate); // the pool still fills itself
    }
  }
});

function runnerWith(writersOf: WritersOf): JobRunner {
  return jobProcesses({
    state: place.state,
    fifos: pool,
    writersOf,
    moment: () => ({at: performance.timeOrigin + performance.now()}),
  });
}

function target(spec: JobSpec, wrapperPid: number): JobTarget {
  return {spec, wrapperPid, signaled: []};
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}

/** Submits a job that runs this shell text. */
function submit(shellText: string, changes: Partial<JobSpec> = {}): JobSpec {
  const spec = specOf({command: ['/bin/sh', '-c', shellText], ...changes});
  jobDirectories({state: place.state, recycleFifo: path => pool.giveBack(path)}).create(spec, [
    'GREETING=hello',
  ]);
  return spec;
}

async function start(spec: JobSpec): Promise<{pid: number; ended: Promise<void>}> {
  let end: () => void = () => undefined;
  const ended = new Promise<void>(resolve => {
    end = resolve;
  });
  const {pid} = await runner.start(
    spec,
    () => end(),
    () => undefined,
  );
  pids.push(pid);
  return {pid, ended};
}

function file(spec: JobSpec, name: keyof typeof JOB_FILES): string {
  return join(place.state, jobPath(keyOf(spec)), JOB_FILES[name]);
}

function read(spec: JobSpec, name: keyof typeof JOB_FILES): string {
  return readFileSync(file(spec, name), 'utf8');
}

describe('a job that runs', () => {
  it('writes into its spool, with the environment, directory and umask of its submitter', async () => {
    const spec = submit('echo "$GREETING"; umask >&2; pwd', {cwd: place.state, umask: 0o27});
    const {pid, ended} = await start(spec);
    await ended;
    expect(read(spec, 'out')).toBe(`hello\n${place.state}\n`);
    expect(read(spec, 'err')).toBe('0027\n');
    expect(read(spec, 'pid')).toMatch(new RegExp(`^${pid} \\.\n`));
    expect(runner.exit(spec)).toEqual({
      code: 0,
      ended: {
        at: expect.any(Number),
        uptime: {ms: expect.any(Number), bootId: processSpace().boot_id},
      },
      cpu: {userMs: expect.any(Number), systemMs: expect.any(Number), cores: coreCount()},
    });
  });

  it('has no exit code until it has ended', async () => {
    const spec = submit('cat go > /dev/null; exit 7', {cwd: place.state});
    const go = join(place.state, 'go');
    pool.take(go);
    const {ended} = await start(spec);
    expect(runner.exit(spec)).toBeUndefined();
    expect(fifoHasWriter(file(spec, 'alive'))).toBe(true);
    appendFileSync(go, 'go\n');
    await ended;
    expect(runner.exit(spec)?.code).toBe(7);
    expect(fifoHasWriter(file(spec, 'alive'))).toBe(false);
  });

  it('appends to what an earlier start left in its spool', async () => {
    const spec = submit('echo again');
    appendFileSync(file(spec, 'out'), 'before\n', {mode: 0o600});
    await (await start(spec)).ended;
    expect(read(spec, 'out')).toBe('before\nagain\n');
  });
});

describe('a job that cannot be started', () => {
  it('says that its directory is gone', async () => {
    const spec = submit('true', {cwd: join(place.state, 'gone')});
    await expect(start(spec)).rejects.toThrow(`its directory ${place.state}/gone is gone`);
    expect(existsSync(file(spec, 'out'))).toBe(false);
  });

  it('says so when its own directory was removed', async () => {
    const spec = submit('true');
    rmSync(file(spec, 'environment'));
    await expect(start(spec)).rejects.toMatchObject({code: 'ENOENT'});
  });

  it('is not started a second time while it runs', async () => {
    const spec = submit('sleep 60');
    await start(spec);
    await expect(start(spec)).rejects.toThrow('it is running already');
  });
});

describe('a job that another coordinator started', () => {
  it('is adopted, and its end is noticed', async () => {
    const spec = submit('cat go > /dev/null; exit 5', {cwd: place.state});
    const go = join(place.state, 'go');
    pool.take(go);
    const {pid} = await start(spec);
    let adopted: {readonly pid: number} | undefined;
    const ended = new Promise<void>(resolve => {
      void runner.adopt(spec, resolve).then(found => {
        adopted = found;
        appendFileSync(go, 'go\n');
      });
    });
    await ended;
    expect(adopted).toEqual({pid});
    expect(runner.exit(spec)?.code).toBe(5);
  });

  it('is known to have ended when it ended just before', async () => {
    const spec = submit('true');
    await (await start(spec)).ended;
    await new Promise<void>(resolve => void runner.adopt(spec, resolve));
  });
});

describe('who still writes for a job', () => {
  it('is a process that the command left behind', async () => {
    const left = submit('sleep 60 & exit 0');
    const clear = submit('true', {name: 'clear'});
    await Promise.all([left, clear].map(async spec => (await start(spec)).ended));
    expect(await runner.stillWriting([left, clear])).toEqual(new Set([left]));
  });

  it('is not known where the system does not tell', async () => {
    runner = runnerWith(async () => undefined);
    expect(await runner.stillWriting([place.spec])).toBeUndefined();
  });
});

describe('a command that is to be ended', () => {
  it.each([
    ['drops its environment', ['env', '-i', 'sleep', '60']],
    ['leaves its group', ['setsid', 'sleep', '60']],
    ['is the shell that its wrapper is', ['/bin/sh', '-c', 'sleep 60; true']],
  ])('is known to be born when it %s', async (_, command) => {
    const spec = submit('', {command});
    const {pid} = await start(spec);
    expect(await commandBorn(pid, () => true)).toBe(true);
  });

  it('is not born while the child of its wrapper is still the same shell', async () => {
    const go = join(place.state, 'go');
    pool.take(go);
    const spec = submit(`(echo up; read line < ${go}); true`);
    const {pid} = await start(spec);
    while (read(spec, 'out') === '') await new Promise(setImmediate);
    const shell = listProcesses().find(({parent}) => parent === pid)?.pid ?? 0;
    expect(listProcesses().some(({parent}) => parent === shell)).toBe(true);
    expect(await commandBorn(shell, () => true, 3)).toBe(false);
  });

  it('ends by TERM, and nobody is asked once it has ended', async () => {
    const spec = submit('', {command: ['env', '-i', 'sleep', '60']});
    const {pid, ended} = await start(spec);
    expect(await runner.terminate(target(spec, pid), hear)).toBe(true);
    await ended;
    expect(runner.exit(spec)?.code).toBe(143);
    expect(await runner.terminate(target(spec, pid), hear)).toBe(false);
  });

  it('is not looked for in the group of a stranger who has the pid of the wrapper, but does not hold its FIFO', async () => {
    place.hold();
    const stranger = submit('sleep 60', {name: 'stranger'});
    const {pid} = await start(stranger);
    place.writeNumber('pid', pid);
    expect(await runner.terminate(target(place.spec, pid), hear)).toBe(false);
    expect((await runner.kill(target(place.spec, pid), hear)).left).toEqual([]);
    expect(told).toEqual([]);
    expect(fifoHasWriter(file(stranger, 'alive'))).toBe(true);
    expect(listProcesses().some(({parent}) => parent === pid)).toBe(true);
  });

  it('is still known when it has left its group, its parent, its environment and its spool since its TERM', async () => {
    const hidden = `exec env -i setsid sh -c 'trap "" TERM; echo $$ > ${place.state}/hidden; exec sleep 60'`;
    const spec = submit(`(${hidden}) >/dev/null 2>&1 & wait`);
    const {pid, ended} = await start(spec);
    let left = 0;
    while (left === 0) {
      await new Promise(setImmediate);
      left = Number(existsSync(join(place.state, 'hidden')) && readFileSync(join(place.state, 'hidden')));
    }
    expect(await runner.terminate(target(spec, pid), hear)).toBe(true);
    await ended;
    const signaled = told.flatMap(({processes}) => processes);
    expect(signaled.map(each => each.pid)).toContain(left);
    expect((await runner.remains(target(spec, pid))).left).toEqual([]);
    const later = {...target(spec, pid), signaled};
    expect((await runner.remains(later)).left).toEqual([
      {pid: left, command: 'sleep', reason: 'still_there'},
    ]);
    const others = signaled.map(each => ({...each, start: (each.start ?? 0) + 1}));
    expect((await runner.remains({...later, signaled: others})).left).toEqual([]);
    expect((await runner.kill(later, hear)).left).toEqual([]);
  });

  it('is not asked through a wrapper that has not written its pid: it may not catch the signal yet', async () => {
    place.hold();
    place.write('pid', ' '.repeat(31));
    expect(await runner.terminate(target(place.spec, 2 ** 22 + 1), hear)).toBe(false);
  });
});
