import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {Client} from '../../src/coordinator/client/index.ts';
import {bringUp, killProcess} from '../support/killer.ts';
import {
  directoryOf,
  eventsOf,
  isClosed,
  keyOf,
  onlyJobDirectory,
  recordsIn,
  submissionOf,
} from '../support/library-jobs.ts';
import {seededRandom} from '../support/random.ts';
import {isRunning, Sandbox, until} from '../support/sandbox.ts';
import {TermCounters} from '../support/term-counters.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const IGNORES_TERM = ['sh', '-c', "trap '' TERM; echo up; sleep 1000"];
const ENDS_AT_TERM = ['sh', '-c', 'echo up; exec sleep 1000'];

it('ends the job as cancelled, whenever in the cancel the coordinator is killed', async () => {
  const random = seededRandom('cancel');
  const client = new Client({state: sandbox.state});
  for (let round = 0; round < 16; round++) {
    const submission = submissionOf(sandbox, {command: round % 2 === 0 ? IGNORES_TERM : ENDS_AT_TERM});
    await client.submit(submission);
    const directory = directoryOf(sandbox, submission);
    await until(() => recordsIn(directory).some(({data}) => data === 'up'));
    const pid = await bringUp(sandbox);
    const cancelled = client.cancel(keyOf(submission), {graceMs: 100});
    await delay(random.int(round < 8 ? 8 : 150));
    await killProcess(pid);
    await cancelled.catch(() => undefined); // answered before, or asked again of the next one
    const outcome = await client.wait(keyOf(submission));
    expect({round, status: outcome.status}).toEqual({round, status: 'cancelled'});
    await until(() => isClosed(directory));
    const records = recordsIn(directory);
    expect(records.map(({seq}) => seq)).toEqual(records.map((_, at) => at));
    expect(eventsOf(records).filter(({event}) => event === 'finished')).toHaveLength(1);
  }
  client.close();
});

it('leaves nothing of the job, sends nobody a second TERM and records every signal, whenever the coordinator is killed', async () => {
  const random = seededRandom('signals');
  for (let round = 0; round < 3; round++) {
    const counters = new TermCounters(sandbox, `round-${round}`);
    const name = `job-${round}`;
    await sandbox.submit(['--name', name, '-c', counters.shellText]);
    const pids = await counters.up();
    const directory = onlyJobDirectory(sandbox, name);
    const cancelled = sandbox.ok(['cancel', name, '--grace', '300ms']);
    const happened = () => eventsOf(recordsIn(directory)).filter(({event}) => event !== 'adopted').length;
    const most = 2 + round; // the wish, TERM, what follows
    await until(() => happened() >= most);
    await delay(random.int(8));
    await sandbox.killCoordinator();
    await cancelled;
    expect({round, running: counters.running}).toEqual({round, running: []});
    const twice = Object.entries(counters.terms).filter(([, count]) => count > 1);
    expect({round, twice}).toEqual({round, twice: []});
    const signals = recordsIn(directory).flatMap(({data}) => (Object(data).signal ? [Object(data)] : []));
    const named = signals.flatMap(each => each.pids);
    expect(pids.filter(pid => !named.includes(pid))).toEqual([]);
    expect(signals.filter(({signal}) => signal === 'SIGTERM')).toHaveLength(1);
    await until(() => isClosed(directory));
  }
});

it('kills at the time that was set, also when the one who was told is gone and nobody tells the next one', async () => {
  await sandbox.submit(['--name', 'job', '--', ...IGNORES_TERM]);
  await until(async () => (await sandbox.ok(['logs', 'job'])) === 'up\n');
  await sandbox.ok(['cancel', 'job', '--detach', '--grace', '2s']);
  await sandbox.killCoordinator();
  expect((await sandbox.list())[0]?.status).toBe('cancelling');
  expect((await sandbox.stint(['wait', 'job'])).code).toBe(137);
  expect((await sandbox.list())[0]).toMatchObject({status: 'cancelled', signal: 'SIGKILL'});
});

it('kills what a cancelled job left behind, also when the coordinator died after the end of the job', async () => {
  const pidFile = join(sandbox.work, 'pid');
  const inner = `trap "" TERM; echo $$ > ${pidFile}; exec sleep 1000 >/dev/null 2>&1`;
  await sandbox.submit(['--name', 'job', '--linger', '1ms', '-c', `setsid sh -c '${inner}' & sleep 1000`]);
  let pid = 0;
  await until(() => {
    pid = numberIn(pidFile);
    return pid > 0;
  });
  const cancelled = sandbox.ok(['cancel', 'job', '--grace', '2s']);
  const directory = onlyJobDirectory(sandbox);
  await until(() => eventsOf(recordsIn(directory)).some(({event}) => event === 'finished'));
  await sandbox.killCoordinator();
  expect(isRunning(pid)).toBe(true);
  await cancelled; // it waits with the next one, which kills at the time that was set
  expect(isRunning(pid)).toBe(false);
  await until(() => isClosed(directory));
});

it('calls a job crashed whose wrapper is killed meanwhile, and kills what is left of it', async () => {
  await sandbox.submit(['--name', 'job', '--', ...IGNORES_TERM]);
  await until(async () => (await sandbox.ok(['logs', 'job'])) === 'up\n');
  await sandbox.ok(['cancel', 'job', '--detach', '--grace', '500ms']);
  const directory = onlyJobDirectory(sandbox);
  const wrapper = numberIn(join(directory, 'pid'));
  process.kill(wrapper, 'SIGKILL');
  expect((await sandbox.stint(['wait', 'job'])).code).toBe(125);
  await until(() => isClosed(directory));
  expect((await sandbox.list())[0]?.status).toBe('crashed');
  expect(eventsOf(recordsIn(directory)).at(-1)).toEqual({
    event: 'closed',
    ended_between_ms: [expect.any(Number), expect.any(Number)],
    message:
      'its wrapper was killed before it could write the exit code: how the command ended cannot be known',
  });
  expect((await sandbox.stint(['cancel', 'job'])).stderr).toContain('crashed already');
});

it('ends a job whose start was not recorded yet, or never starts it', async () => {
  const client = new Client({state: sandbox.state});
  for (let round = 0; round < 20; round++) {
    const submission = submissionOf(sandbox, {command: ENDS_AT_TERM});
    await client.submit(submission);
    await client.cancelAll();
    expect((await client.wait(keyOf(submission))).status).toBe('cancelled');
  }
  client.close();
});

function numberIn(path: string): number {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || 0;
  } catch {
    return 0; // not there yet
  }
}
