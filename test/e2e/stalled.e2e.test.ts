import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {makeGate} from '../support/gate.ts';
import {eventsOf, onlyJobDirectory, recordsIn} from '../support/library-jobs.ts';
import {isInstalled} from '../support/programs.ts';
import {REPORT, stallsOf, submitReporting, untilLast} from '../support/reporting.ts';
import {Sandbox, STINT, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

async function listed(name: string) {
  const found = (await sandbox.list()).find(job => job.name === name);
  if (found === undefined) throw new Error(`no job ${name}`);
  return found;
}

/** An endless loop of a shell that counts its rounds in a file. */
function loop(name: string, body: string): string {
  return `n=0; while :; do n=$((n+1)); ${body}; echo $n > ${name}.rounds; sleep 0.05; done`;
}

async function untilRounds(name: string, count: number): Promise<void> {
  const path = join(sandbox.work, `${name}.rounds`);
  await until(() => existsSync(path) && Number(readFileSync(path, 'utf8')) >= count);
}

describe('jobs that are stuck, slow, noisy and silent', () => {
  it('are told apart', async () => {
    const gate = makeGate(sandbox);
    const options = {stallAfter: '1s'};
    await sandbox.ok(['parallel', '5']);
    await submitReporting(
      sandbox,
      'slow',
      `report embed start; ${loop('slow', 'report embed progress "\\"rows_processed\\":$n,\\"rows_total\\":9999"')}`,
      options,
    );
    await submitReporting(sandbox, 'prints', `report embed start; ${loop('prints', 'echo $n')}`, options);
    await submitReporting(sandbox, 'sleeps', gate.pass, options);
    await submitReporting(sandbox, 'noisy', loop('noisy', 'echo $n'), options);
    await submitReporting(
      sandbox,
      'stuck',
      `report embed start '"batch_index":3'; ${makeGate(sandbox, 'never').pass}`,
      options,
    );
    await untilLast(sandbox, 'stuck', 'stalled');
    await untilRounds('slow', 40);
    await untilRounds('prints', 40);
    expect(stallsOf(sandbox, 'stuck')).toEqual([
      {
        event: 'stalled',
        silent_ms: expect.any(Number),
        phase: 'embed',
        batch_index: 3,
        open_ms: expect.any(Number),
        seen: [expect.any(Number), 0, 0],
        seen_work: expect.any(Number),
      },
    ]);
    expect(stallsOf(sandbox, 'stuck')[0]?.silent_ms).toBeGreaterThanOrEqual(1000);
    for (const name of ['slow', 'prints', 'sleeps', 'noisy'])
      expect({name, stalls: stallsOf(sandbox, name)}).toEqual({name, stalls: []});
    expect(await listed('stuck')).toMatchObject({status: 'running', stalled: true, phase: 'embed'});
    expect(await listed('slow')).toMatchObject({stalled: false, phase: 'embed'});
    expect(await listed('prints')).toMatchObject({stalled: false, phase: 'embed'});
    expect(await listed('sleeps')).toMatchObject({
      stalled: false,
      phase: null,
      quiet_secs: expect.any(Number),
    });
    expect(await listed('noisy')).toMatchObject({stalled: false, phase: null});
  });
});

describe('a job that is stuck', () => {
  it('is found beside a heartbeat that goes on', async () => {
    const beat =
      'report embed progress "\\"rows_processed\\":3,\\"rows_total\\":10,\\"seq\\":$n,\\"rss_mib\\":$n"';
    await submitReporting(sandbox, 'job', `report embed start; ${loop('job', beat)}`);
    await untilLast(sandbox, 'job', 'stalled');
    await untilRounds('job', 30);
    expect(stallsOf(sandbox, 'job')).toMatchObject([{event: 'stalled', phase: 'embed'}]);
  });

  it('is found beside another run that is complete, and beside a line that is printed again and again', async () => {
    const two = `report embed start '"run_id":"a"'; report work start '"run_id":"b"'; report complete complete '"run_id":"b"'`;
    await submitReporting(sandbox, 'two', `${two}; sleep 1000`);
    await submitReporting(sandbox, 'spins', `report embed start; ${loop('spins', "printf '\\rworking'")}`);
    await untilLast(sandbox, 'two', 'stalled');
    await untilLast(sandbox, 'spins', 'stalled');
    expect(stallsOf(sandbox, 'two')).toMatchObject([{event: 'stalled', phase: 'embed'}]);
    await untilRounds('spins', 30);
    expect(stallsOf(sandbox, 'spins')).toMatchObject([{event: 'stalled', phase: 'embed'}]);
    expect(await listed('spins')).toMatchObject({activity: 'stalled', stalled: true});
  });

  it('is neither so nor moving while only what may be work changes, and is not ended for it', async () => {
    const cancel = {stallAfter: '700ms', more: ['--on-stall', 'cancel']};
    const beats = {
      counts: 'report embed progress "\\"uptime_s\\":$n"',
      notes: 'report embed progress "\\"note\\":\\"$n\\""',
      odd: 'report embed beat',
    };
    await sandbox.ok(['parallel', '5']);
    for (const [name, beat] of Object.entries(beats))
      await submitReporting(sandbox, name, `report embed start; ${loop(name, beat)}`, cancel);
    await submitReporting(sandbox, 'other', 'report embed start; sleep 1000', {stallAfter: '900ms'});
    await untilLast(sandbox, 'other', 'stalled');
    for (const name of Object.keys(beats)) {
      await untilRounds(name, 30);
      expect({name, stalls: stallsOf(sandbox, name)}).toEqual({name, stalls: []});
      expect(await listed(name)).toMatchObject({
        activity: 'uncertain',
        uncertain_secs: expect.any(Number),
        status: 'running',
      });
    }
  });

  it('is not called so while it says for what it waits', async () => {
    const waits = `report embed start; report embed progress '"waiting_on":"lock"'; sleep 1000`;
    await submitReporting(sandbox, 'waits', waits, {stallAfter: '300ms', more: ['--on-stall', 'cancel']});
    await submitReporting(sandbox, 'other', 'report embed start; sleep 1000', {stallAfter: '900ms'});
    await untilLast(sandbox, 'other', 'stalled');
    expect(stallsOf(sandbox, 'waits')).toEqual([]);
    expect(await listed('waits')).toMatchObject({
      activity: 'waiting',
      waiting_on: 'lock',
      waiting_secs: expect.any(Number),
      stalled: false,
    });
    expect(await sandbox.ok(['status', 'waits'])).toMatch(
      /\n {2}activity +it says that it waits for lock, for /,
    );
  });

  it('is not called so in a phase that is known to be long, and is behind it', async () => {
    const gate = makeGate(sandbox);
    const long = `report publish start '"expect_ms":600000'; ${gate.pass}; report publish done; sleep 1000`;
    await submitReporting(sandbox, 'long', long, {stallAfter: '300ms'});
    await submitReporting(sandbox, 'other', 'report embed start; sleep 1000', {stallAfter: '900ms'});
    await untilLast(sandbox, 'other', 'stalled');
    expect(stallsOf(sandbox, 'long')).toEqual([]);
    await gate.open();
    await untilLast(sandbox, 'long', 'stalled');
    expect(stallsOf(sandbox, 'long')).toEqual([
      {
        event: 'stalled',
        silent_ms: expect.any(Number),
        seen: [expect.any(Number), 0, 0],
        seen_work: expect.any(Number),
      },
    ]);
  });

  it.each([
    ['reports', 'report embed done'],
    ['prints', 'echo here'],
  ])('is so no more when it %s, and both are in its log', async (_, act) => {
    const gate = makeGate(sandbox);
    const script = `report embed start; ${gate.pass}; ${act}; ${makeGate(sandbox, 'second').pass}`;
    await submitReporting(sandbox, 'job', script, {stallAfter: '1s'});
    await untilLast(sandbox, 'job', 'stalled');
    expect(await listed('job')).toMatchObject({stalled: true});
    await gate.open();
    await until(() => stallsOf(sandbox, 'job').length > 1);
    expect(stallsOf(sandbox, 'job').slice(0, 2)).toEqual([
      {
        event: 'stalled',
        silent_ms: expect.any(Number),
        phase: 'embed',
        open_ms: expect.any(Number),
        seen: [expect.any(Number), 0, 0],
        seen_work: expect.any(Number),
      },
      {event: 'resumed', stalled_ms: expect.any(Number)},
    ]);
  });

  it('is not called so once it said that it is done, however silent it is', async () => {
    await submitReporting(sandbox, 'done', 'report embed start; report complete complete; sleep 1000', {
      stallAfter: '300ms',
    });
    await submitReporting(sandbox, 'other', 'report embed start; sleep 1000', {stallAfter: '900ms'});
    await untilLast(sandbox, 'other', 'stalled');
    expect(stallsOf(sandbox, 'done')).toEqual([]);
  });

  it('is never called so when that is switched off', async () => {
    await submitReporting(sandbox, 'off', 'report embed start; sleep 1000', {stallAfter: '0'});
    await submitReporting(sandbox, 'other', 'report embed start; sleep 1000');
    await untilLast(sandbox, 'other', 'stalled');
    expect(stallsOf(sandbox, 'off')).toEqual([]);
  });
});

describe('what is done about a job that is stalled', () => {
  it('is with --on-stall cancel that it ends, and says where it was', async () => {
    const script = `report embed start '"batch_index":3'; sleep 1000`;
    await submitReporting(sandbox, 'job', script, {more: ['--on-stall', 'cancel']});
    expect((await sandbox.stint(['wait', 'job'])).code).toBe(143);
    const {status, message} = await listed('job');
    expect(status).toBe('cancelled');
    expect(message).toMatch(
      /^it was stalled: nothing moved for .*, in embed \(batch 3\), which is open for /,
    );
    const events = eventsOf(recordsIn(onlyJobDirectory(sandbox, 'job'))).map(({event}) => event);
    expect(events.slice(0, 4)).toEqual(['started', 'stalled', 'cancelling', 'signaled']);
  });

  it('is shown with its reason until it has ended, and kept where it ends by itself, with code 0', async () => {
    const slow = `trap ': > asked' TERM; report embed start; until [ -e go ]; do sleep 0.05; done; exit 0`;
    await submitReporting(sandbox, 'job', slow, {more: ['--on-stall', 'cancel']});
    await until(() => existsSync(join(sandbox.work, 'asked')));
    const during = await listed('job');
    expect(during).toMatchObject({status: 'cancelling', stalled: true, stalled_secs: expect.any(Number)});
    expect(during.message).toMatch(/^it was stalled: nothing moved for .*, in embed/);
    expect(await sandbox.ok(['status', 'job'])).toMatch(/ {2}reason +it was stalled: nothing moved for /);
    expect(await sandbox.ok(['ls', '--stalled'])).toMatch(/job +. cancelling .*stalled/);
    writeFileSync(join(sandbox.work, 'go'), '');
    const {code, stderr} = await sandbox.stint(['wait', 'job']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/job completed; it was being ended \(it was stalled: nothing moved for .*\)\n/);
    expect((await listed('job')).message).toMatch(/^it was being ended \(it was stalled: /);
  });

  it('is a command that is told what and which, and with --on-stall none only the record', async () => {
    const told = (name: string) => join(sandbox.work, `${name}.told`);
    const notify = (name: string) =>
      `printf '%s\\n' "$STINT_EVENT" "$STINT_JOB" "$STINT_MESSAGE" "$OWN" "\${STINT_JOB_ID-none}" "$PWD" > ${name}.new
       mv ${name}.new ${name}.told`;
    const stuck = 'report embed start; sleep 1000';
    await submitReporting(sandbox, 'quietly', stuck, {
      more: ['--on-stall', 'none'],
      env: {STINT_NOTIFY: notify('quietly')},
    });
    await untilLast(sandbox, 'quietly', 'stalled');
    const address = await submitReporting(sandbox, 'loudly', stuck, {
      env: {STINT_NOTIFY: notify('loudly'), OWN: 'of the job'},
    });
    await until(() => existsSync(told('loudly')));
    expect(readFileSync(told('loudly'), 'utf8').split('\n')).toEqual([
      'stalled',
      address,
      expect.stringMatching(/^loudly is stalled: nothing moved for .* s, in embed, which is open for .* s$/),
      'of the job',
      'none',
      sandbox.work,
      '',
    ]);
    expect(existsSync(told('quietly'))).toBe(false);
    expect(await listed('loudly')).toMatchObject({status: 'running', stalled: true});
  });
});

describe('a job whose work is complete and that does not exit', () => {
  const script = 'report work start; report complete complete; sleep 1000';

  it('is said to be so, and left alone', async () => {
    await submitReporting(sandbox, 'done', script, {stallAfter: '300ms', more: ['--on-stall', 'cancel']});
    await until(async () => (await listed('done')).activity === 'complete');
    await submitReporting(sandbox, 'other', 'report embed start; sleep 1000', {stallAfter: '900ms'});
    await untilLast(sandbox, 'other', 'stalled');
    expect(await listed('done')).toMatchObject({status: 'running', activity: 'complete', stalled: false});
    expect(await sandbox.ok(['status', 'done'])).toMatch(
      /\n {2}activity +its work is complete, but its process has not ended\n/,
    );
  });

  it('is ended with --on-complete, and its end says why', async () => {
    await submitReporting(sandbox, 'done', script, {more: ['--on-complete', '200ms']});
    expect((await sandbox.stint(['wait', 'done'])).code).toBe(143);
    expect(await listed('done')).toMatchObject({
      status: 'cancelled',
      message: expect.stringMatching(/^its work was complete since \d{4}-.*Z$/),
    });
  });
});

describe('where a job may report', () => {
  it('is told to every job in two variables, and is in its own directory, also within another job', async () => {
    const env = {
      STINT_PROGRESS_JSONL: '/else',
      CASS_SEMANTIC_PROGRESS_JSONL: '/else',
      STINT_PROGRESS_RUN_ID: 'x',
    };
    const print = `printf "%s\\n" "$STINT_PROGRESS_JSONL" "$CASS_SEMANTIC_PROGRESS_JSONL" "\${STINT_PROGRESS_RUN_ID-none}"`;
    await sandbox.ok(['run', '--wait', '--name', 'inner', '-c', print], {env});
    const path = join(onlyJobDirectory(sandbox, 'inner'), 'progress.jsonl');
    expect((await sandbox.ok(['logs', 'inner'])).split('\n')).toEqual([path, path, 'none', '']);
    expect(existsSync(path)).toBe(false);
  });

  const PROGRAMS = [
    [
      'bash',
      'bash',
      (hold: string) => [
        'bash',
        '-c',
        `${REPORT}report embed start; report embed progress '"rows_processed":3,"rows_total":10'
        ${hold}; report embed done; report complete complete`,
      ],
    ],
    [
      'bash with stint progress emit',
      'bash',
      (hold: string) => [
        'bash',
        '-c',
        `emit() { "${process.execPath}" "${STINT}" progress emit "$@"; }
        emit embed_start && emit embed_progress --rows 3/10 && ${hold}; emit embed_done; emit complete`,
      ],
    ],
    [
      'Python',
      'python3',
      (hold: string) => [
        'python3',
        '-c',
        `
import json, os, subprocess, time
def report(phase, sub_phase, **more):
    with open(os.environ["STINT_PROGRESS_JSONL"], "a") as file:
        print(json.dumps({"event": phase + "_" + sub_phase, "phase": phase, "sub_phase": sub_phase,
                          "ts_ms": int(time.time() * 1000), **more}), file=file)
report("embed", "start")
report("embed", "progress", rows_processed=3, rows_total=10)
subprocess.run(["sh", "-c", ${JSON.stringify(hold)}])
report("embed", "done")
report("complete", "complete")`,
      ],
    ],
    [
      'Node',
      process.execPath,
      (hold: string) => [
        process.execPath,
        '-e',
        `
const {appendFileSync} = require('node:fs');
const report = (phase, sub_phase, more) => appendFileSync(process.env.STINT_PROGRESS_JSONL,
  JSON.stringify({event: phase + '_' + sub_phase, phase, sub_phase, ts_ms: Date.now(), ...more}) + '\\n');
report('embed', 'start');
report('embed', 'progress', {rows_processed: 3, rows_total: 10});
require('node:child_process').execSync(${JSON.stringify(hold)});
report('embed', 'done');
report('complete', 'complete');`,
      ],
    ],
    [
      'Node with the sink',
      process.execPath,
      (hold: string) => [
        process.execPath,
        '--input-type=module',
        '-e',
        `
import {execSync} from 'node:child_process';
import {openProgressSink} from ${JSON.stringify(join(STINT, '..', '..', 'dist', 'lib', 'progress', 'index.js'))};
const sink = openProgressSink({labels: {}});
sink.emit('embed_start', {phase: 'embed', sub_phase: 'start'});
sink.emit('embed_progress', {phase: 'embed', sub_phase: 'progress', rows_processed: 3, rows_total: 10});
execSync(${JSON.stringify(hold)});
sink.emit('embed_done', {phase: 'embed', sub_phase: 'done'});
sink.complete();`,
      ],
    ],
  ] as const;

  it.each(PROGRAMS.filter(([, program]) => isInstalled(program)))('is used by %s', async (_, __, command) => {
    const gate = makeGate(sandbox);
    await sandbox.submit(['--name', 'job', '--', ...command(gate.pass)]);
    await until(async () => (await listed('job')).rows_processed === 3);
    expect(await listed('job')).toMatchObject({
      phase: 'embed',
      rows_processed: 3,
      rows_total: 10,
      stalled: false,
    });
    await gate.open();
    await sandbox.ok(['wait', 'job']);
    const path = join(onlyJobDirectory(sandbox, 'job'), 'progress.jsonl');
    const told = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as {sub_phase: string});
    expect(told.map(({sub_phase}) => sub_phase)).toEqual(['start', 'progress', 'done', 'complete']);
  });
});
