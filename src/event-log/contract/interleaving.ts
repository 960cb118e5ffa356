/** Long runs of anything in any order, each compared with a model after every step. The runs are the same each time. */
import assert from 'node:assert/strict';

import type {EventLog} from '../event-log.ts';
import {type CaseDefinition, entry, idsOf, range, readAll, take} from './contract-case.ts';
import {ModelLog} from './model-log.ts';

const STEPS = 120;
const TOPICS = ['a', 'b'] as const;
const CONSUMERS = ['c', 'd'] as const;

export const INTERLEAVING: readonly CaseDefinition[] = [
  ...range(1, 4).map(
    (seed): CaseDefinition => ({
      name: `does the same as a model, whatever is done in whatever order: run ${seed}`,
      async run(bench) {
        const log = await bench.open();
        await compare(() => Promise.resolve(log), new ModelLog(), numbersFrom(seed));
      },
    }),
  ),
  {
    name: 'does the same as a model, whatever is done through whichever of two openers',
    needs: ['second'],
    async run(bench) {
      const one = await bench.open();
      const logs = [one, await bench.second(one)] as const;
      const next = numbersFrom(5);
      await compare(() => Promise.resolve(logs[next(2)] ?? one), new ModelLog(), next);
    },
  },
  {
    name: 'does the same as a model when it is opened anew now and then',
    needs: ['reopen'],
    async run(bench) {
      let log = await bench.open();
      const next = numbersFrom(6);
      const current = async (): Promise<EventLog> => {
        if (next(10) > 0) return log;
        await log.close();
        log = await bench.reopen(log);
        return log;
      };
      await compare(current, new ModelLog(), next);
    },
  },
  {
    name: 'gives subscribers that begin anywhere, at any time, every entry once and in order',
    async run(bench) {
      const log = await bench.open();
      const next = numbersFrom(7);
      const last = 1500;
      const seen: Promise<number[]>[] = [];
      for (let head = 0; head < last; ) {
        const many = Math.min(1 + next(60), last - head);
        const after = next(head + 1);
        if (next(3) === 0) seen.push(follow(log, after, last));
        await log.appendMany('a', range(1, many).map(entry));
        head += many;
      }
      for (const ids of await Promise.all(seen)) assert.deepEqual(ids, range(last + 1 - ids.length, last));
    },
  },
];

async function follow(log: EventLog, after: number, last: number): Promise<number[]> {
  const subscription = log.subscribe('a', {after});
  const ids = idsOf(await take(subscription, last - after));
  await subscription.return?.();
  return ids;
}

async function compare(
  current: () => Promise<EventLog>,
  model: ModelLog,
  next: (below: number) => number,
): Promise<void> {
  for (let step = 0; step < STEPS; step++) {
    const log = await current();
    const topic = TOPICS[next(2)] ?? 'a';
    const consumer = CONSUMERS[next(2)] ?? 'c';
    const upTo = next(model.latest(topic) + 3);
    await act(next(6), {log, model, topic, consumer, upTo, many: next(7)});
    assert.deepEqual(idsOf(await readAll(log, topic)), model.ids(topic));
    assert.deepEqual(
      (await readAll(log, topic)).map(({payload}) => payload),
      model.payloads(topic),
    );
    assert.equal(await log.latest(topic), model.latest(topic));
    assert.equal(await log.consumerCursor(topic, consumer), model.cursor(topic, consumer));
    assert.deepEqual(await log.topics(), model.topics());
  }
}

interface Act {
  readonly log: EventLog;
  readonly model: ModelLog;
  readonly topic: string;
  readonly consumer: string;
  readonly upTo: number;
  readonly many: number;
}

async function act(what: number, {log, model, topic, consumer, upTo, many}: Act): Promise<void> {
  const payloads = range(1, many).map(each => `${topic} ${model.latest(topic) + each}`);
  if (what <= 1) {
    assert.equal(await log.append(topic, entry(upTo)), model.append(topic, [upTo])[0]);
  } else if (what === 2) {
    assert.deepEqual(await log.appendMany(topic, payloads.map(entry)), model.append(topic, payloads));
  } else if (what === 3) {
    const {checkpointed: _, ...report} = await log.compact(topic, upTo);
    assert.deepEqual(report, model.compact(topic, upTo));
  } else {
    const force = what === 5;
    const acknowledged = await log.ack(topic, consumer, upTo, {force}).catch(codeOf);
    assert.equal(acknowledged, model.ack(topic, consumer, upTo, force) ?? 'USAGE');
  }
}

function codeOf(error: unknown): unknown {
  return (error as {code?: unknown}).code;
}

/** Numbers from 0 to `below - 1`, always the same ones for a seed (mulberry32). */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
