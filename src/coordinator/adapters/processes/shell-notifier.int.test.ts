import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {queuedJob} from '../../domain/testing/sample-jobs.ts';
import {JobPlace} from '../testing/job-place.ts';
import {shellNotifier} from './shell-notifier.ts';

const SECRET = 'hunter2-hunter2';

let place: JobPlace;
let reports: string[];

/** A job with this notify command, in a directory of its own. */
function jobWith(notify: string | null): void {
  place = new JobPlace(queuedJob({notify}).spec);
  mkdirSync(work(), {recursive: true});
}

const work = () => join(place.state, 'work');
const spec = () => ({...place.spec, cwd: work()});

beforeEach(() => {
  reports = [];
});
afterEach(() => place.remove());

function notify(limitMs?: number): void {
  const report = (what: string, error: unknown) => void reports.push(`${what}: ${String(error)}`);
  const options = {state: place.state, report, ...(limitMs === undefined ? {} : {limitMs})};
  shellNotifier(options).notify(spec(), {event: 'stalled', message: "it's stuck"});
}

const soon = <T>(look: () => T) => vi.waitFor(look, {timeout: 20_000, interval: 10});
const told = () => readFileSync(join(work(), 'told'), 'utf8');

/** Moved into its place, so that it is never seen half written. */
const TELL_ENVIRONMENT = 'env > part && mv part told';

describe('the command that tells a person', () => {
  it('hears what happened, in the directory and the environment of the job, and is no part of it', async () => {
    jobWith(TELL_ENVIRONMENT);
    const own = 'STINT_JOB_ID=3fa9c1d2e4b5:npm\0STINT_PROGRESS_JSONL=/p\0CASS_SEMANTIC_PROGRESS_JSONL=/p\0';
    place.write('environment', `${own}PATH=/usr/bin:/bin\0API_TOKEN=${SECRET}\0EMPTY=\0`);
    notify();
    await soon(told);
    const lines = told().split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'STINT_EVENT=stalled',
        'STINT_JOB=3fa9c1d2e4b5:npm',
        "STINT_MESSAGE=it's stuck",
        `API_TOKEN=${SECRET}`,
        'EMPTY=',
        `PWD=${work()}`,
      ]),
    );
    expect(lines.filter(line => /^(STINT_JOB_ID|\w*PROGRESS_JSONL)=/.test(line))).toEqual([]);
    expect(reports).toEqual([]);
  });

  it('is not given what is not UTF-8', async () => {
    jobWith(TELL_ENVIRONMENT);
    const bytes = Buffer.from('PATH=/usr/bin:/bin\0BAD=\xff\0GOOD=x\0', 'latin1');
    writeFileSync(place.path('environment'), bytes);
    notify();
    await soon(told);
    expect(told()).toMatch(/^GOOD=x$/m);
    expect(told()).not.toMatch(/^BAD=/m);
  });

  it('that fails is reported, without its text and without what it was told', async () => {
    jobWith(`: ${SECRET}; exit 3`);
    place.write('environment', `API_TOKEN=${SECRET}\0`);
    notify();
    await soon(() => expect(reports).toHaveLength(1));
    expect(reports).toEqual(['the notify command of npm: Error: it failed with exit code 3']);
  });

  it('that takes too long is killed, with what it started', async () => {
    jobWith('sh -c "echo \\$\\$ > part; mv part told; sleep 1000" & wait');
    place.write('environment', 'PATH=/usr/bin:/bin\0');
    notify(1500);
    await soon(() => expect(reports).toHaveLength(1));
    expect(reports).toEqual(['the notify command of npm: Error: it was killed after 1.5 s']);
    const pid = Number(told());
    await soon(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'));
  });

  it('that cannot be run, for want of a directory or of an environment, is reported and throws nothing', async () => {
    jobWith('true');
    notify();
    await soon(() => expect(reports).toHaveLength(1));
    expect(reports[0]).toMatch(/^the notify command of npm: Error: ENOENT.*env/);
    place.write('environment', '');
    rmSync(work(), {recursive: true});
    notify();
    await soon(() => expect(reports).toHaveLength(2));
    expect(reports[1]).toBe(`the notify command of npm: Error: its directory ${work()} is gone`);
  });

  it('is none where none was given', () => {
    jobWith(null);
    notify();
    expect(reports).toEqual([]);
  });
});
