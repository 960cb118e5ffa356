/** Who is told of the end of a job, by what, and what `doctor` says of commands that fail. */
import {chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {submit} from '../../src/index.ts';
import {watchArguments} from '../support/arguments-watch.ts';
import {untilCounted} from '../support/coordinator.ts';
import {clientOf, submissionOf} from '../support/library-jobs.ts';
import {Sandbox, until} from '../support/sandbox.ts';
import {onTerminal} from '../support/terminal.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const toldPath = () => join(sandbox.work, 'told');
const told = () => (existsSync(toldPath()) ? readFileSync(toldPath(), 'utf8') : '');
const TELL = 'echo "$STINT_EVENT: $STINT_MESSAGE" >> told';

describe('a person', () => {
  it('is told of ends, of failures only or of none, as the job, a variable and the configuration say', async () => {
    const config = join(sandbox.root, 'config', 'stint');
    mkdirSync(config, {recursive: true});
    writeFileSync(join(config, 'config.yml'), `notify: '${TELL}'\nnotify_on: failure\n`);
    const env = {XDG_CONFIG_HOME: join(sandbox.root, 'config')};
    const run = (name: string, script: string, more: readonly string[] = [], variables = {}) =>
      sandbox.stint(['run', '--wait', '--name', name, ...more, '-c', script], {env: {...env, ...variables}});
    await run('a', 'exit 0');
    await run('b', 'exit 3');
    await run('c', 'exit 0', ['--notify-on', 'end']);
    await run('d', 'exit 3', ['--notify-on', 'stall']);
    await run('e', 'exit 3', [], {STINT_NOTIFY_ON: 'none'});
    await run('f', 'kill -9 $$', ['--notify', `: of its own; ${TELL}`]);
    await run('g', 'exit 4', [], {STINT_NOTIFY: ''});
    await run('last', 'exit 0', ['--notify-on', 'end']);
    await until(() => told().includes('last'));
    expect(told().split('\n').sort()).toEqual([
      '',
      'ended: c completed',
      'ended: last completed',
      'failed: b failed with exit code 3',
      'failed: f failed with exit code 137 (probably SIGKILL)',
    ]);
  });

  it('is told where the command was given with the job, by a program too, and where somebody ended it', async () => {
    Object.assign(process.env, {STINT_TEST_SANDBOX: sandbox.root});
    const job = await submit({
      command: 'sleep 1000',
      name: 'job',
      cwd: sandbox.work,
      state: sandbox.state,
      env: sandbox.environment(),
      notify: `${TELL}; echo "$STINT_STATUS $STINT_EXIT_CODE $STINT_SIGNAL $STINT_DURATION_SECS" >> told`,
    });
    await untilCounted(sandbox, {running: 1});
    await sandbox.ok(['cancel', 'job']);
    await until(() => told().split('\n').length === 3);
    expect(told()).toMatch(/^ended: job cancelled with exit code 143\ncancelled 143 SIGTERM [\d.]+\n$/);
    expect(existsSync(job.log)).toBe(true);
    await sandbox.ok(['run', '-q', '--name', 'other', '--notify', TELL, '-c', ':']);
    await until(() => told().includes('ended: other completed'));
  });

  it('is told of the desktop by an argument, whatever is in it, and no secret is one', async () => {
    const bin = join(sandbox.root, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'notify-send'), '#!/bin/sh\nprintf "<%s>\\n" "$@" > part; mv part told\n');
    chmodSync(join(bin, 'notify-send'), 0o755);
    const env = {PATH: `${bin}:${process.env.PATH}`, DISPLAY: ':0', API_TOKEN: 'hunter2-hunter2'};
    const watch = await watchArguments('hunter2-hunter2', 'in-the-open');
    const secret = ': hunter2-hunter2; sleep 0.3 && sh -c "sleep 0.3; : in-the-open"; : > slept';
    await sandbox.submit(['--notify-on', 'end', '--', 'true'], {env: {...env, STINT_NOTIFY: secret}});
    await until(() => existsSync(join(sandbox.work, 'slept')));
    await sandbox.stint(['run', '--notify', 'desktop', '--name', 'a "<b>" $(touch x)', '-c', 'exit 3'], {
      env,
    });
    await until(() => told() !== '');
    expect(told()).toBe(
      `<--app-name=stint>\n<-->\n<stint: a "<b>" $(touch x) failed>\n<a "&lt;b&gt;" $(touch x) failed with exit code 3\n${sandbox.work}>\n`,
    );
    const {found, sawControl} = await watch.end();
    expect([found, sawControl]).toEqual([[], true]);
    expect(existsSync(join(sandbox.work, 'x'))).toBe(false);
  });

  it('is told of each of a hundred jobs that end at once, a few at a time', async () => {
    const client = clientOf(sandbox);
    const submission = submissionOf(sandbox, {command: ['true']});
    const notify = 'echo + >> at-once; echo "$STINT_JOB" >> told; echo noise; echo - >> at-once';
    const names = Array.from({length: 100}, (_, at) => `job-${at}`);
    const jobs = submission.jobs.flatMap(job =>
      names.map(name => ({...job, name, notify, notify_on: ['end' as const]})),
    );
    await client.submit({...submission, jobs});
    client.close();
    await until(() => told().trim().split('\n').length === names.length);
    const expected = names.map(name => `${submission.invocation}:${name}`);
    expect(told().trim().split('\n').sort()).toEqual(expected.sort());
    let running = 0;
    const counts = readFileSync(join(sandbox.work, 'at-once'), 'utf8')
      .split('\n')
      .map(each => (running += each === '+' ? 1 : each === '-' ? -1 : 0));
    expect(Math.max(...counts)).toBeLessThanOrEqual(4);
  });
});

describe('doctor', () => {
  it('tells which notify command failed, when and why, until it works again', async () => {
    const notify = '[ -e ok ]';
    const address = await sandbox.submit(['--notify', notify, '--', 'true']);
    await until(async () => (await sandbox.ok(['doctor'])).includes('notify command'));
    expect(await sandbox.ok(['doctor'])).toMatch(
      new RegExp(
        `note +notify +the notify command of ${address} failed at [\\d:]+: it failed with exit code 1\\n`,
      ),
    );
    writeFileSync(join(sandbox.work, 'ok'), '');
    await sandbox.submit(['--notify', notify, '--', 'true']);
    await until(async () => !(await sandbox.ok(['doctor'])).includes('notify command'));
  });

  it('tells that there is no desktop, of a job and of what is set here', async () => {
    const env = {DISPLAY: '', WAYLAND_DISPLAY: '', DBUS_SESSION_BUS_ADDRESS: '', STINT_NOTIFY: 'desktop'};
    await sandbox.submit(['--notify-on', 'end', '--', 'true'], {env});
    await until(async () => /notify command of .*: there is no desktop/.test(await sandbox.ok(['doctor'])));
    expect(await sandbox.ok(['doctor'], {env})).toMatch(
      /note +notify +nobody is told by jobs that are submitted from here: there is no desktop: none of /,
    );
  });
});

describe('--bell', () => {
  const BELL = '\u0007';

  it('rings the bell of a terminal when the waiting is over, and nowhere else', async () => {
    await sandbox.stint(['run', '--name', 'job', '--', 'true']);
    const quiet = await sandbox.stint(['wait', '--bell', 'job']);
    expect([quiet.code, quiet.stderr.includes(BELL)]).toEqual([0, false]);
    for (const args of [
      ['wait', '--bell', 'job'],
      ['run', '--wait', '--bell', '--', 'true'],
      ['run', '-f', '--bell', '--', 'true'],
    ]) {
      const terminal = onTerminal(sandbox, [80, 24], args);
      await terminal.ended;
      expect(terminal.text.split(BELL)).toHaveLength(2);
    }
    const without = onTerminal(sandbox, [80, 24], ['wait', 'job']);
    await without.ended;
    expect(without.text).not.toContain(BELL);
  });

  it('is refused where nothing is waited for, before anything is submitted', async () => {
    const {code, stderr} = await sandbox.stint(['run', '--bell', '--', 'true']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('nothing is waited for')]);
    expect(await sandbox.list()).toEqual([]);
  });
});
