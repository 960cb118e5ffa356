/** Whatever is done to an event log, in whatever order: every backend does what the model does. */
import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {Json} from '../base/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../platform/testing/temporary-directory.ts';
import {ModelLog} from './contract/model-log.ts';
import type {EventLog, LogEntry} from './event-log.ts';
import {type EventLogOptions, openEventLog} from './open.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

type Step =
  | {readonly do: 'append'; readonly topic: string; readonly payload: Json}
  | {readonly do: 'appendMany'; readonly topic: string; readonly payloads: readonly Json[]}
  | {readonly do: 'turn'; readonly payloads: readonly (readonly Json[])[]}
  | {readonly do: 'compact'; readonly topic: string; readonly to: number}
  | Acknowledging
  | {readonly do: 'flush'}
  | {readonly do: 'reopen'}
  | {readonly do: 'verify'};

interface Acknowledging {
  readonly do: 'ack';
  readonly topic: string;
  readonly to: number;
  readonly force: boolean;
}

const topic = fc.constantFrom('a', 'b');
const payload = fc.jsonValue({maxDepth: 2}).map(value => JSON.parse(JSON.stringify(value)) as Json);
const to = fc.nat(30);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({do: fc.constant('append' as const), topic, payload}),
  fc.record({do: fc.constant('appendMany' as const), topic, payloads: fc.array(payload, {maxLength: 6})}),
  fc.record({
    do: fc.constant('turn' as const),
    payloads: fc.array(fc.array(payload, {maxLength: 3}), {maxLength: 5}),
  }),
  fc.record({do: fc.constant('compact' as const), topic, to}),
  fc.record({do: fc.constant('ack' as const), topic, to, force: fc.boolean()}),
  fc.constantFrom({do: 'reopen'} as const, {do: 'verify'} as const, {do: 'flush'} as const),
);

describe.each([
  ['memory', 60, (): EventLogOptions => ({backend: 'memory'})],
  ['sqlite', 40, (): EventLogOptions => ({backend: 'sqlite', path: directory.at(nextName(), 'events.db')})],
  ['file', 40, (): EventLogOptions => ({backend: 'file', directory: directory.at(nextName())})],
] as const)('the %s backend', (name, numRuns, place) => {
  it('does what the model does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, {maxLength: 40}), fc.boolean(), async (steps, chain) => {
        await run(steps, {...place(), chain}, name !== 'memory');
      }),
      {numRuns},
    );
  });
});

let names = 0;
function nextName(): string {
  names += 1;
  return `log-${names}`;
}

async function run(steps: readonly Step[], options: EventLogOptions, keeps: boolean): Promise<void> {
  let log = await openEventLog(options);
  const model = new ModelLog();
  try {
    for (const each of steps) {
      if (each.do === 'reopen') {
        if (!keeps) continue;
        await log.close();
        log = await openEventLog(options);
      } else {
        await act(each, log, model);
      }
    }
    for (const name of ['a', 'b']) await compare(name, log, model, options.chain === true);
    expect((await log.topics()).map(({topic, first, latest}) => ({topic, first, latest}))).toEqual(
      model.topics().map(({topic, first, latest}) => ({topic, first, latest})),
    );
  } finally {
    await log.close();
  }
}

async function act(step: Exclude<Step, {do: 'reopen'}>, log: EventLog, model: ModelLog): Promise<void> {
  if (step.do === 'append') {
    expect(await log.append(step.topic, entry(step.payload))).toBe(
      model.append(step.topic, [step.payload])[0],
    );
  } else if (step.do === 'appendMany') {
    const ids = await log.appendMany(step.topic, step.payloads.map(entry));
    expect(ids).toEqual(model.append(step.topic, step.payloads));
  } else if (step.do === 'turn') {
    const given = step.payloads.map(payloads => log.appendMany('a', payloads.map(entry)));
    expect(await Promise.all(given)).toEqual(step.payloads.map(payloads => model.append('a', payloads)));
  } else if (step.do === 'compact') {
    expect(await log.compact(step.topic, step.to)).toMatchObject(model.compact(step.topic, step.to));
  } else if (step.do === 'flush') {
    await log.flush();
  } else if (step.do === 'verify') {
    for (const name of ['a', 'b']) expect(await log.verify(name)).toMatchObject({ok: true});
  } else {
    await acknowledge(step, log, model);
  }
}

async function acknowledge({topic, to, force}: Acknowledging, log: EventLog, model: ModelLog): Promise<void> {
  const moved = model.ack(topic, 'c', to, force);
  const asked = log.ack(topic, 'c', to, {force});
  if (moved === undefined) await expect(asked).rejects.toMatchObject({code: 'USAGE'});
  else expect(await asked).toBe(moved);
}

async function compare(topic: string, log: EventLog, model: ModelLog, chain: boolean): Promise<void> {
  const entries = await log.readRange(topic);
  expect(entries.map(({id}) => id)).toEqual(model.ids(topic));
  expect(JSON.stringify(entries.map(({payload}) => payload))).toBe(JSON.stringify(model.payloads(topic)));
  expect(entries.every(({hash}) => (hash !== undefined) === chain)).toBe(true);
  expect(await log.latest(topic)).toBe(model.latest(topic));
  expect(await log.consumerCursor(topic, 'c')).toBe(model.cursor(topic, 'c'));
  expect(await log.verify(topic)).toMatchObject({ok: true, checked: entries.length});
  expect(await subscribed(log, topic, entries.length)).toEqual(entries);
}

async function subscribed(log: EventLog, topic: string, count: number): Promise<LogEntry[]> {
  const subscription = log.subscribe(topic);
  const seen: LogEntry[] = [];
  while (seen.length < count) {
    const {value, done} = await subscription.next();
    if (done === true) break;
    seen.push(value);
  }
  await subscription.return?.();
  return seen;
}

function entry(payload: Json): {kind: string; payload: Json} {
  return {kind: 'k', payload};
}
