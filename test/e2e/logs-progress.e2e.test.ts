/** `logs --progress`: what a job reported instead of what it wrote. */
import {appendFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {untilCounted} from '../support/coordinator.ts';
import {type Gate, makeGate} from '../support/gate.ts';
import {clientOf, submissionOf} from '../support/library-jobs.ts';
import {reading} from '../support/reading.ts';
import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

interface RunningJob {
  readonly address: string;
  readonly progress: string;
  readonly gate: Gate;
}

/** A job that prints something and runs until its gate is opened; then it reports once more. */
async function runningJob(name: string): Promise<RunningJob> {
  const gate = makeGate(sandbox, name);
  const last = record('link', 'done');
  const file = join(sandbox.root, `${name}.path`);
  const command = `echo output; ${gate.pass}; printf '%s' '${last}' >> "$(cat '${file}')"`;
  const address = await sandbox.submit(['--name', name, '-c', command]);
  await untilCounted(sandbox, {running: 1});
  const job = (await sandbox.list()).find(each => each.name === name);
  const progress = join(dirname(String(job?.log)), 'progress.jsonl');
  appendFileSync(file, progress);
  return {address, progress, gate};
}

function record(phase: string, sub_phase: string, more: Readonly<Record<string, unknown>> = {}): string {
  return `${JSON.stringify({event: `${phase}_${sub_phase}`, phase, sub_phase, ts_ms: Date.now(), ...more})}\n`;
}

it('prints the records as text, or as they are in the file', async () => {
  const {address, progress, gate} = await runningJob('job');
  const foreign = '{ "event":"x","phase":"load" , "sub_phase":"start","ts_ms":1.0, "mine":[1] }\n';
  const start = record('embed', 'start', {
    batch_index: 3,
    rows_processed: 384,
    rows_total: 10_000,
    note: 'n',
  });
  appendFileSync(progress, `${foreign}no record\n${start}{"torn"`);
  expect(await sandbox.ok(['logs', '--progress', address])).toMatch(
    /^(\w+ \d+ )?\d\d:\d\d:\d\d\.001 load start\n\d\d:\d\d:\d\d\.\d{3} embed start {2}batch 3 {2}384\/10000 {2}n\n$/,
  );
  expect(await sandbox.ok(['logs', '--progress', '--json', address])).toBe(foreign + start);
  await gate.open();
});

it('says so when there is none', async () => {
  await sandbox.ok(['run', '--wait', '--name', 'job', '--', 'true']);
  expect(await sandbox.stint(['logs', '--progress', 'job'])).toEqual({
    code: 0,
    stdout: '',
    stderr: 'stint: job reported no progress\n',
  });
});

describe('-f', () => {
  it('prints the records as they come, and ends with the last one when the job is closed', async () => {
    const {address, progress, gate} = await runningJob('job');
    const follower = reading(sandbox.start(['logs', '-f', '--progress', '--json', address]));
    const first = record('embed', 'start');
    appendFileSync(progress, first);
    await until(() => follower.text === first);
    const second = record('embed', 'done');
    appendFileSync(progress, second.slice(0, 20));
    appendFileSync(progress, second.slice(20));
    await until(() => follower.text === first + second);
    await gate.open();
    expect(await follower.ended).toBe(0);
    expect(follower.text).toMatch(/"phase":"link","sub_phase":"done",.*\n$/);
    expect(follower.text.split('\n')).toHaveLength(4);
  });

  it('ends at Ctrl-C and leaves the job alone', async () => {
    const {address, progress} = await runningJob('job');
    appendFileSync(progress, record('embed', 'start'));
    const child = sandbox.start(['logs', '-f', '--progress', address]);
    const follower = reading(child);
    await until(() => follower.text.includes('embed start'));
    child.kill('SIGINT');
    expect(await follower.ended).toBe(0);
    expect((await sandbox.list())[0]?.status).toBe('running');
  });

  it('goes on while a coordinator dies', async () => {
    const {address, progress, gate} = await runningJob('job');
    appendFileSync(progress, record('embed', 'start'));
    const follower = reading(sandbox.start(['logs', '-f', '--progress', address]));
    await until(() => follower.text.includes('embed start'));
    await sandbox.killCoordinator();
    appendFileSync(progress, record('embed', 'done'));
    await until(() => follower.text.includes('embed done'));
    await gate.open();
    expect(await follower.ended).toBe(0);
    expect(follower.text).toContain('link done');
  });

  it('follows several jobs at once, each line with the name of its job', async () => {
    const gate = makeGate(sandbox);
    const submission = submissionOf(sandbox, {name: 'a', command: ['sh', '-c', gate.pass]});
    const [job] = submission.jobs;
    if (job === undefined) throw new Error('it has no job');
    const client = clientOf(sandbox);
    await client.submit({...submission, jobs: [job, {...job, name: 'other', command: ['true']}]});
    client.close();
    const follower = reading(sandbox.start(['logs', '-f', '--progress', submission.invocation]));
    for (const {name, log} of await sandbox.list())
      appendFileSync(join(dirname(String(log)), 'progress.jsonl'), record(`of-${name}`, 'start'));
    await until(() => follower.text.split('\n').length === 3);
    await gate.open();
    expect(await follower.ended).toBe(0);
    const lines = follower.text.replaceAll(/\d\d:\d\d:\d\d\.\d{3}/g, 'TIME').split('\n');
    expect(lines.sort()).toEqual(['', 'a     | TIME of-a start', 'other | TIME of-other start']);
  });
});

it.each([['--stdout'], ['--stderr'], ['--status'], ['--raw'], ['--tail', '3'], ['--seq', '1..2']])(
  'is refused together with %s',
  async (...option) => {
    const {code, stdout, stderr} = await sandbox.stint(['logs', '--progress', ...option, 'job']);
    expect({code, stdout}).toEqual({code: 2, stdout: ''});
    expect(stderr).toContain(`--progress prints what a job reported, ${option[0]} is about its output.`);
  },
);
