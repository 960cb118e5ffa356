import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {timer} from '../../../platform/index.ts';
import type {EndedState, JobSpec} from '../../domain/index.ts';
import {queuedJob} from '../../domain/testing/sample-jobs.ts';
import {JobPlace} from '../testing/job-place.ts';
import {readNotifyFailures} from './notify-failures.ts';
import {isUntold} from './outbox.ts';
import {ShellNotifier} from './shell-notifier.ts';

const SECRET = 'hunter2-hunter2';
const FAILED: EndedState = {status: 'failed', exitCode: 3, finishedAt: 1, tookMs: 1500};

let place: JobPlace;
let reports: string[];
let notes: string[];
let isIdle: boolean;

/** A job with this notify command, in a directory of its own. */
function jobWith(notify: string, environment = 'PATH=/usr/bin:/bin\0'): void {
  place = new JobPlace(queuedJob({notify, notifyOn: ['end', 'stall']}).spec);
  mkdirSync(work(), {recursive: true});
  place.write('environment', environment);
}

const work = () => join(place.state, 'work');
const spec = (): JobSpec => ({...place.spec, cwd: work()});

beforeEach(() => {
  reports = [];
  notes = [];
  isIdle = false;
});
afterEach(() => place.remove());

function notifier(limitMs = 20_000): ShellNotifier {
  return new ShellNotifier({
    state: place.state,
    limitMs,
    now: () => 7,
    timer,
    report: (what, error) => void reports.push(`${what}: ${String(error)}`),
    note: (what, details) => void notes.push(`${what}: ${Object.values(details).join(': ')}`),
    onIdle: () => {
      isIdle = true;
    },
  });
}

const stall = (by = notifier()) => by.stalled(spec(), "it's stuck");
const soon = <T>(look: () => T) => vi.waitFor(look, {timeout: 20_000, interval: 10});
const untilIdle = () => soon(() => expect(isIdle).toBe(true));
const told = () => readFileSync(join(work(), 'told'), 'utf8');
const outbox = () => readdirSync(join(place.state, 'notify')).filter(name => name !== 'failures.json');

const TELL = 'echo "$STINT_EVENT" >> told';

describe('the command that tells a person', () => {
  it('hears what happened, in the directory and the environment of the job, and is no part of it', async () => {
    const own = 'STINT_JOB_ID=3fa9c1d2e4b5:npm\0STINT_PROGRESS_JSONL=/p\0CASS_SEMANTIC_PROGRESS_JSONL=/p\0';
    const others = 'STINT_EXIT_CODE=99\0STINT_SIGNAL=SIGHUP\0'; // of a job whose notify command submitted this one
    jobWith('env > told', `${own}${others}PATH=/usr/bin:/bin\0API_TOKEN=${SECRET}\0EMPTY=\0`);
    stall();
    await untilIdle();
    const lines = told().split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'STINT_EVENT=stalled',
        'STINT_STATUS=running',
        'STINT_JOB=3fa9c1d2e4b5:npm',
        "STINT_MESSAGE=it's stuck",
        `STINT_LOG=${place.path('journal')}`,
        `API_TOKEN=${SECRET}`,
        'EMPTY=',
        `PWD=${work()}`,
      ]),
    );
    expect(
      lines.filter(line => /^(STINT_JOB_ID|\w*PROGRESS_JSONL|STINT_EXIT_CODE|stint_)/.test(line)),
    ).toEqual([]);
    expect([reports, notes]).toEqual([[], []]);
  });

  it('hears how a job ended, and its last lines, of those that are text', async () => {
    jobWith('env > told');
    const line = (data: string, more = '') =>
      `{"seq":1,"ts":1,"kind":"stderr","data":${JSON.stringify(data)}${more}}\n`;
    place.write('journal', `${line('one')}${line('/w==', ',"enc":"base64"')}${line('t\0wo')}{"seq"`);
    notifier().ended(spec(), FAILED, 'failed');
    await untilIdle();
    expect(told()).toContain('STINT_LAST_LINES=one\ntwo\n');
    expect(told().split('\n')).toEqual(
      expect.arrayContaining([
        'STINT_EVENT=failed',
        'STINT_STATUS=failed',
        'STINT_EXIT_CODE=3',
        'STINT_DURATION_SECS=1.5',
        'STINT_MESSAGE=npm failed with exit code 3',
      ]),
    );
    expect(told()).not.toMatch(/^STINT_SIGNAL=/m);
  });

  it('is not given what is not UTF-8', async () => {
    jobWith('env > told');
    writeFileSync(place.path('environment'), Buffer.from('PATH=/bin\0BAD=\xff\0GOOD=x\0', 'latin1'));
    stall();
    await untilIdle();
    expect(told()).toMatch(/^GOOD=x$/m);
    expect(told()).not.toMatch(/^BAD=/m);
  });

  it('runs in the home directory where that of the job is gone, and else in the root', async () => {
    jobWith('pwd > "$WHERE"');
    const where = join(place.state, 'where');
    rmSync(work(), {recursive: true});
    for (const [home, expected] of [
      [place.directory, place.directory],
      ['/nowhere', '/'],
    ] as const) {
      place.write('environment', `HOME=${home}\0WHERE=${where}\0`);
      isIdle = false;
      stall();
      await untilIdle();
      expect(readFileSync(where, 'utf8')).toBe(`${expected}\n`);
    }
    expect([reports, notes]).toEqual([[], []]);
  });

  it('that fails is noted and kept, without its text and without what it was told, until it works', async () => {
    jobWith(`: ${SECRET}; [ ! -e fail ]`, `API_TOKEN=${SECRET}\0`);
    writeFileSync(join(work(), 'fail'), '');
    const by = notifier();
    stall(by);
    await untilIdle();
    const reason = 'it failed with exit code 1';
    expect(notes).toEqual([`a notify command failed: 3fa9c1d2e4b5:npm: ${reason}`]);
    expect(readNotifyFailures(place.state)).toEqual([
      {job: '3fa9c1d2e4b5:npm', at_ms: 7, reason, command: expect.stringMatching(/^[0-9a-f]{16}$/)},
    ]);
    rmSync(join(work(), 'fail'));
    isIdle = false;
    stall(by);
    await untilIdle();
    expect(readNotifyFailures(place.state)).toEqual([]);
  });

  it('that takes too long is killed, with what it started', async () => {
    jobWith('sh -c "echo \\$\\$ > part; mv part told; sleep 1000" & wait');
    stall(notifier(1500));
    await untilIdle();
    expect(readNotifyFailures(place.state)[0]?.reason).toBe('it was killed after 1.5 s');
    await soon(() => expect(() => process.kill(Number(told()), 0)).toThrow('ESRCH'));
  });

  it('that cannot be run for want of an environment is reported, and throws nothing', () => {
    jobWith(TELL);
    rmSync(place.path('environment'));
    stall();
    notifier().ended(spec(), FAILED, 'failed');
    expect(reports[0]).toMatch(/^telling that npm is stalled: Error: ENOENT.*env/);
    expect(reports[1]).toMatch(/^telling that npm has ended: Error: ENOENT.*env/);
  });
});

describe('the end of a job', () => {
  it('is told once, whoever asks and how often, and leaves nothing but its claim', async () => {
    jobWith(TELL);
    const by = notifier();
    by.ended(spec(), FAILED, 'failed');
    by.ended(spec(), FAILED, 'failed');
    await untilIdle();
    by.ended(spec(), FAILED, 'failed');
    const next = notifier();
    next.start();
    next.ended(spec(), FAILED, 'failed');
    expect([by.isBusy, next.isBusy]).toEqual([false, false]);
    expect(told()).toBe('failed\n');
    expect(outbox()).toEqual([]);
    expect(existsSync(place.path('notified'))).toBe(true);
  });

  it('is told by the next coordinator where this one never came to it, after the directory was cleared', async () => {
    jobWith(TELL);
    const by = notifier();
    by.stop(); // as if killed
    by.ended(spec(), FAILED, 'failed');
    rmSync(place.path('environment'));
    const [entry] = outbox();
    expect([outbox().length, isUntold(place.state)]).toEqual([1, true]);
    writeFileSync(join(place.state, 'notify', `${entry}.new`), '{"for');
    const next = notifier();
    next.start();
    next.ended(spec(), FAILED, 'failed');
    await untilIdle();
    expect(told()).toBe('failed\n');
    expect([outbox(), isUntold(place.state), reports]).toEqual([[], false, []]);
  });

  it('is not told again where it was claimed and not told to be done', async () => {
    jobWith(TELL);
    const by = notifier();
    by.stop();
    by.ended(spec(), FAILED, 'failed');
    place.write('notified', '');
    notifier().start();
    await untilIdle();
    expect(outbox()).toEqual([]);
    expect(existsSync(join(work(), 'told'))).toBe(false);
  });

  it('is told once by two that begin at the same time', async () => {
    jobWith(`sleep 0.1; ${TELL}`);
    const by = notifier();
    by.stop();
    by.ended(spec(), FAILED, 'failed');
    const both = [notifier(), notifier()];
    for (const each of both) each.start();
    await soon(() => expect(both.map(each => each.isBusy)).toEqual([false, false]));
    expect(told()).toBe('failed\n');
  });

  it('is dropped where what is kept of it is no telling, or the directory of the job is gone', async () => {
    jobWith(TELL);
    const by = notifier();
    by.stop();
    by.ended(spec(), FAILED, 'failed');
    rmSync(place.directory, {recursive: true});
    writeFileSync(join(place.state, 'notify', '0'.repeat(32)), '{"for', {mode: 0o600});
    notifier().start();
    await untilIdle();
    await soon(() => expect(outbox()).toEqual([]));
    expect(existsSync(join(work(), 'told'))).toBe(false);
    expect(readNotifyFailures(place.state)[0]?.reason).toContain('could not be noted');
  });

  it('that could not be claimed is told later', async () => {
    jobWith(TELL);
    writeFileSync(join(place.state, 'later'), '');
    let again = (): void => undefined;
    const by = new ShellNotifier({
      state: place.state,
      now: () => 7,
      timer: (_, callback) => {
        again = callback;
        return () => undefined;
      },
      report: (what, error) => void reports.push(`${what}: ${String(error)}`),
      note: what => void notes.push(what),
      onIdle: () => {
        isIdle = true;
      },
    });
    // A claim that cannot be made: a link into nowhere is there, and leads to no file.
    symlinkSync('/nowhere/at/all', place.path('notified'));
    by.ended(spec(), FAILED, 'failed');
    await soon(() => expect(notes).toEqual(['nobody could be told yet']));
    expect([by.isBusy, isIdle, existsSync(join(work(), 'told'))]).toEqual([true, false, false]);
    rmSync(place.path('notified'));
    again();
    await untilIdle();
    expect(told()).toBe('failed\n');
  });

  it('that no shell can be given is told to nobody, and kept as a failure', async () => {
    jobWith(TELL, `LARGE=${'x'.repeat(200_000)}\0`);
    notifier().ended(spec(), FAILED, 'failed');
    await untilIdle();
    expect(readNotifyFailures(place.state)[0]?.reason).toMatch(/E2BIG/);
    expect(outbox()).toEqual([]);
  });

  it('of many jobs at once starts a few commands at once', async () => {
    jobWith('echo + >> told; sleep 0.05; echo - >> told');
    const by = notifier();
    for (let at = 0; at < 30; at++) stall(by);
    await untilIdle();
    let running = 0;
    const most = Math.max(
      ...told()
        .trim()
        .split('\n')
        .map(each => (running += each === '+' ? 1 : -1)),
    );
    expect([running, told().split('\n').length]).toEqual([0, 61]);
    expect(most).toBeLessThanOrEqual(4);
  });
});
