import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {bringUp} from '../support/killer.ts';
import {eventsOf, onlyJobDirectory, recordsIn} from '../support/library-jobs.ts';
import {stallsOf, submitReporting, untilLast} from '../support/reporting.ts';
import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const names = (job: string) => stallsOf(sandbox, job).map(({event}) => event);

function adoptions(job: string): number {
  return eventsOf(recordsIn(onlyJobDirectory(sandbox, job))).filter(({event}) => event === 'adopted').length;
}

/** Kills the coordinator; resolves when the next one has adopted the job. */
async function replaceCoordinator(job: string): Promise<void> {
  const before = adoptions(job);
  await sandbox.killCoordinator();
  await bringUp(sandbox);
  await until(() => adoptions(job) > before);
}

async function isStalled(name: string): Promise<unknown> {
  return (await sandbox.list()).find(job => job.name === name)?.stalled;
}

/** Resolves when another job has come to be stalled, so that more time has passed than any job here is given. */
async function untilAnotherIsStalled(name: string): Promise<void> {
  await submitReporting(sandbox, name, 'report embed start; sleep 1000', {stallAfter: '900ms'});
  await untilLast(sandbox, name, 'stalled');
}

describe('a job whose coordinator is killed', () => {
  it('while it is stalled stays so, however often, and is so no more when it moves', async () => {
    const gate = makeGate(sandbox);
    const script = `report embed start; ${gate.pass}; report embed done; ${makeGate(sandbox, 'second').pass}`;
    await submitReporting(sandbox, 'stuck', script, {stallAfter: '700ms'});
    await untilLast(sandbox, 'stuck', 'stalled');
    await until(async () => (await isStalled('stuck')) === true);
    for (let time = 0; time < 3; time++) await replaceCoordinator('stuck');
    await untilAnotherIsStalled('other');
    expect(names('stuck')).toEqual(['stalled']);
    expect(await isStalled('stuck')).toBe(true);
    await gate.open();
    await until(() => names('stuck').length > 1);
    expect(names('stuck').slice(0, 2)).toEqual(['stalled', 'resumed']);
  });

  it('while it is stalled stays so when only its files were touched and heartbeats came', async () => {
    const beat = 'report embed progress "\\"rows_processed\\":1"';
    const gate = makeGate(sandbox);
    const script = `report embed start; ${beat}; ${gate.pass}; ${beat}; touch "$STINT_PROGRESS_JSONL"; touch beaten; sleep 1000`;
    await submitReporting(sandbox, 'stuck', script);
    await untilLast(sandbox, 'stuck', 'stalled');
    await until(async () => (await isStalled('stuck')) === true);
    await sandbox.killCoordinator();
    await gate.open();
    await until(() => existsSync(join(sandbox.work, 'beaten')));
    expect(await isStalled('stuck')).toBe(true);
    await bringUp(sandbox);
    await untilAnotherIsStalled('other');
    expect(names('stuck')).toEqual(['stalled']);
    expect(await isStalled('stuck')).toBe(true);
  });

  it('while it is stalled is so no more when it moved while nobody looked', async () => {
    const gate = makeGate(sandbox);
    const script = `report embed start; ${gate.pass}; report embed done; touch moved; sleep 1000`;
    await submitReporting(sandbox, 'stuck', script);
    await untilLast(sandbox, 'stuck', 'stalled');
    await until(async () => (await isStalled('stuck')) === true);
    await sandbox.killCoordinator();
    await gate.open();
    await until(() => existsSync(join(sandbox.work, 'moved')));
    await bringUp(sandbox);
    await until(() => names('stuck').length > 1);
    expect(names('stuck').slice(0, 2)).toEqual(['stalled', 'resumed']);
    await until(() => names('stuck').length > 2);
    expect(stallsOf(sandbox, 'stuck')[2]).toEqual({
      event: 'stalled',
      silent_ms: expect.any(Number),
      seen: [expect.any(Number), 0, 0],
      seen_work: expect.any(Number),
    });
  });

  it('while it moves is not called stalled, and is watched on', async () => {
    const moving =
      'report embed start; n=0; until [ -e stop ]; do n=$((n+1)); report embed progress "\\"rows_processed\\":$n"; sleep 0.05; done; sleep 1000';
    await submitReporting(sandbox, 'job', moving, {stallAfter: '1s'});
    await untilCounted(sandbox, {running: 1});
    for (let time = 0; time < 3; time++) await replaceCoordinator('job');
    await untilAnotherIsStalled('other');
    expect(names('job')).toEqual([]);
    writeFileSync(join(sandbox.work, 'stop'), '');
    await untilLast(sandbox, 'job', 'stalled');
    expect(stallsOf(sandbox, 'job')).toMatchObject([{event: 'stalled', phase: 'embed'}]);
  });

  it('before it is stalled is so when the next one has looked for long enough', async () => {
    await submitReporting(sandbox, 'job', 'report embed start; sleep 1000', {stallAfter: '1s'});
    await untilCounted(sandbox, {running: 1});
    await replaceCoordinator('job');
    await untilLast(sandbox, 'job', 'stalled');
    expect(stallsOf(sandbox, 'job')).toMatchObject([{event: 'stalled', phase: 'embed'}]);
  });

  it('is cancelled by the next one when it is stalled then', async () => {
    await submitReporting(sandbox, 'job', 'report embed start; sleep 1000', {
      stallAfter: '1s',
      more: ['--on-stall', 'cancel'],
    });
    await untilCounted(sandbox, {running: 1});
    await replaceCoordinator('job');
    expect((await sandbox.stint(['wait', 'job'])).code).toBe(143);
    const [job] = await sandbox.list();
    expect(job).toMatchObject({status: 'cancelled', message: expect.stringMatching(/^it was stalled: /)});
  });
});

describe('a job whose coordinator is stopped for longer than the job may be silent', () => {
  it('and goes on is not called stalled when it moved meanwhile', async () => {
    const moving =
      'report embed start; n=0; while :; do n=$((n+1)); report embed progress "\\"rows_processed\\":$n"; echo $n > rounds; sleep 0.05; done';
    await submitReporting(sandbox, 'job', moving, {stallAfter: '1s', more: ['--on-stall', 'cancel']});
    const rounds = () =>
      existsSync(join(sandbox.work, 'rounds'))
        ? Number(readFileSync(join(sandbox.work, 'rounds'), 'utf8'))
        : 0;
    await until(() => rounds() > 3);
    const pid = await sandbox.coordinatorPid();
    if (pid === undefined) throw new Error('there is no coordinator');
    const before = rounds();
    process.kill(pid, 'SIGSTOP');
    try {
      await until(() => rounds() > before + 30);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await untilAnotherIsStalled('other');
    expect(names('job')).toEqual([]);
    expect(await isStalled('job')).toBe(false);
  });
});
