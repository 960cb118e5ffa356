import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';

import {afterEach, describe, expect, it} from 'vitest';

import type {Client, WireSubmission} from '../../src/coordinator/client/index.ts';
import {killOne, killProcess} from '../support/killer.ts';
import {
  bytesOf,
  clientOf,
  directoryOf,
  eventsOf,
  isClosed,
  keyOf,
  recordsIn,
  submissionOf,
} from '../support/library-jobs.ts';
import {type Random, seededRandom} from '../support/random.ts';
import {Sandbox, until} from '../support/sandbox.ts';

const BY_LIBRARY = 170;
const BY_COMMAND = 30;
const BETWEEN = 30;

let sandbox: Sandbox;
let client: Client;

afterEach(async () => {
  client.close();
  await sandbox.dispose();
});

describe('jobs that are submitted while coordinators are killed', () => {
  it(`run exactly once each, ${BY_LIBRARY} by the library and ${BY_COMMAND} by stint run`, async () => {
    const random = setUp('kill-while-submitting');
    const submissions = Array.from({length: BY_LIBRARY}, (_, number) => oneLine(number));
    const commands = Array.from({length: BY_COMMAND}, (_, at) => BY_LIBRARY + at);
    let submitting = true;
    const submitted = Promise.all([
      ...inLanes(4, submissions, submission => client.submit(submission)),
      ...inLanes(1, commands, number => sandbox.submit(['--name', `job-${number}`, '-c', line(number)])),
    ]).finally(() => {
      submitting = false;
    });
    let kills = 0;
    for (; submitting; kills++) await killOne(sandbox, random);
    await submitted;

    const outcomes = await Promise.all(submissions.map(submission => client.wait(keyOf(submission))));
    expect(outcomes.map(({exit_code}) => exit_code)).toEqual(submissions.map((_, number) => number % 50));
    await untilIdle();
    expectEachOnce(BY_LIBRARY + BY_COMMAND);
    const rows = (await sandbox.list()).map(({name, exit_code}) => `${name} ${exit_code}`);
    expect(rows.sort()).toEqual(
      expectedNumbers(BY_LIBRARY + BY_COMMAND)
        .map(at => `job-${at} ${at % 50}`)
        .sort(),
    );
    for (const [number, submission] of submissions.entries()) expectRecordOf(submission, number);
    expect(kills).toBeGreaterThan(10);

    await Promise.all(submissions.map(submission => client.submit(submission)));
    await untilIdle();
    expectEachOnce(BY_LIBRARY + BY_COMMAND);
  });

  it(`run exactly once each when the kill comes between the submission and its answer, ${BETWEEN} times`, async () => {
    const random = setUp('between submission and answer');
    const answered = {before: 0, after: 0};
    let number = 0;
    // How often the kill comes first depends on the machine: a few more until it was often enough.
    for (; number < BETWEEN || (answered.before <= 5 && number < 4 * BETWEEN); number++) {
      const submission = oneLine(number);
      const pid = (await client.request('Ping', {})).pid;
      const answer = client.request('Submit', submission).then(
        () => 'answered' as const,
        () => 'lost' as const,
      );
      await somewhereBetween(submission, random);
      await killProcess(pid);
      answered[(await answer) === 'lost' ? 'before' : 'after'] += 1;
      await client.submit(submission); // what a client does whose answer was lost
      expect(await client.wait(keyOf(submission))).toMatchObject({exit_code: number % 50});
    }
    await untilIdle();
    expectEachOnce(number);
    expect(answered.before).toBeGreaterThan(5);
  });
});

function setUp(what: string): Random {
  sandbox = new Sandbox();
  client = clientOf(sandbox);
  return seededRandom(what);
}

/** A job that leaves its number in a file beside its log. */
function oneLine(number: number): WireSubmission {
  return submissionOf(sandbox, {name: `job-${number}`, command: ['/bin/sh', '-c', line(number)]});
}

function line(number: number): string {
  return `echo ${number} >> '${ranFile()}'; echo line ${number}; exit ${number % 50}`;
}

function ranFile(): string {
  return join(sandbox.root, 'ran');
}

function inLanes<T>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void>[] {
  const left = [...items];
  return Array.from({length: count}, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  });
}

/** Returns when one of the steps of a submission was just taken, seen without giving up the processor. */
async function somewhereBetween(submission: WireSubmission, random: Random): Promise<void> {
  const directory = directoryOf(sandbox, submission);
  const sign = random.pick(['', '.', 'env', 'spec.json', 'alive', 'pid', 'output.jsonl']);
  await new Promise(resolve => setImmediate(resolve)); // lets the request be written
  if (sign === '') return random.int(2) === 0 ? undefined : delay(random.int(6));
  const giveUp = performance.now() + 100;
  while (!existsSync(join(directory, sign)) && performance.now() < giveUp);
}

async function untilIdle(): Promise<void> {
  await until(async () => (await client.request('Health', {})).open === 0);
}

function expectEachOnce(count: number): void {
  const numbers = readFileSync(ranFile(), 'utf8').trim().split('\n').map(Number);
  expect(numbers.sort((a, b) => a - b)).toEqual(expectedNumbers(count));
}

function expectedNumbers(count: number): number[] {
  return Array.from({length: count}, (_, at) => at);
}

function expectRecordOf(submission: WireSubmission, number: number): void {
  const directory = directoryOf(sandbox, submission);
  const records = recordsIn(directory);
  expect(isClosed(directory)).toBe(true);
  expect(bytesOf(records, 'stdout').toString()).toBe(`line ${number}\n`);
  const events = eventsOf(records).filter(({event}) => event !== 'adopted');
  expect(events.map(({event}) => event)).toEqual(['started', 'finished', 'closed']);
  expect(events[1]).toMatchObject({exit_code: number % 50});
}
