/** A graph of jobs, some of them tried again and some over their time, whose coordinators are killed at random moments. */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {submitJobs} from '../../src/jobs/public.ts';
import {bringUp, killOne} from '../support/killer.ts';
import {clientOf} from '../support/library-jobs.ts';
import {type Random, seededRandom} from '../support/random.ts';
import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const ROUNDS = 6;
const JOBS = 24;
const MOST_KILLS = 400;

interface Planned {
  readonly name: string;
  readonly needs: readonly string[];
  /** So many attempts fail before one goes well. */
  readonly failures: number;
}

/** Each one needs some of those before it. */
function planned(random: Random): Planned[] {
  return Array.from({length: JOBS}, (_, at) => ({
    name: `j${at}`,
    needs: [...new Set(Array.from({length: random.int(4)}, () => `j${random.int(Math.max(1, at))}`))].filter(
      name => name !== `j${at}`,
    ),
    failures: random.int(3),
  }));
}

/** Notes when each attempt begins and ends; two of one job at a time, or more than three in all, would stand there with a `!`. */
function commandOf({name, failures}: Planned): string {
  return `mkdir running/${name} || echo "! ${name} runs twice" >> log
    test $(ls running | wc -l) -le 3 || echo "! ${name} is one too many" >> log
    echo x >> tries/${name}; n=$(wc -l < tries/${name}); echo "+ ${name} $n" >> log
    sleep 0.03
    echo "- ${name} $n" >> log; rmdir running/${name}; test $n -gt ${failures} || exit 75`;
}

it('runs each attempt once, each job after what it needs, whenever they are killed', async () => {
  const random = seededRandom('killed-queue');
  clientOf(sandbox).close();
  await sandbox.ok(['parallel', '3']);
  for (let round = 0; round < ROUNDS; round += 1) {
    const cwd = join(sandbox.work, `round-${round}`);
    for (const name of ['running', 'tries']) mkdirSync(join(cwd, name), {recursive: true});
    writeFileSync(join(cwd, 'log'), '');
    const plan = planned(random);
    const options = {cwd, state: sandbox.state, env: {...sandbox.environment()}};
    const jobs = plan.map(each => ({
      ...{name: each.name, needs: each.needs, command: commandOf(each)},
      ...{retries: 3, backoff: '20ms', retryOn: [75]},
    }));
    const submitted = await submitJobs({...options, jobs});
    const all = Promise.all(submitted.map(job => job.wait()));
    let isOver = false;
    void all.finally(() => {
      isOver = true;
    });
    for (let kills = 0; !isOver && kills < MOST_KILLS; kills += 1) await killOne(sandbox, random);
    await bringUp(sandbox);
    expect((await all).map(({status}) => status)).toEqual(plan.map(() => 'completed'));
    expectPromised(readFileSync(join(cwd, 'log'), 'utf8').trim().split('\n'), plan);
  }
});

function expectPromised(log: readonly string[], plan: readonly Planned[]): void {
  expect(log.filter(line => line.startsWith('!'))).toEqual([]);
  const wanted = plan.flatMap(({name, failures}) =>
    Array.from({length: failures + 1}, (_, at) => [`+ ${name} ${at + 1}`, `- ${name} ${at + 1}`]).flat(),
  );
  expect([...log].sort()).toEqual(wanted.sort());
  const at = new Map(log.map((line, index) => [line, index]));
  const last = new Map(plan.map(({name, failures}) => [name, at.get(`- ${name} ${failures + 1}`)]));
  for (const {name, needs} of plan)
    for (const need of needs) expect(last.get(need)).toBeLessThan(at.get(`+ ${name} 1`) ?? 0);
}

it('ends all of a job whose time is over, also when they are killed between TERM and KILL', async () => {
  const random = seededRandom('killed-queue, time limits');
  const stubborn = [
    '--timeout',
    '100ms',
    '--name',
    'stubborn',
    '-c',
    "trap '' TERM; sleep 600 & sleep 600; sleep 600",
  ];
  const address = await sandbox.submit(stubborn);
  const after = await sandbox.submit(['--after-failed', 'stubborn', '--name', 'after', '--', 'true']);
  const waiting = sandbox.stint(['wait', address]);
  let isOver = false;
  void waiting.finally(() => {
    isOver = true;
  });
  for (let kills = 0; !isOver && kills < MOST_KILLS; kills += 1) await killOne(sandbox, random);
  expect((await waiting).code).toBe(124);
  expect((await sandbox.stint(['wait', after])).code).toBe(0);
  expect((await sandbox.list()).map(({name, status, processes}) => [name, status, processes ?? 0])).toEqual([
    ['after', 'completed', 0],
    ['stubborn', 'timed_out', 0],
  ]);
});
