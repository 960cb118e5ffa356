/** Any sequence of what can be done, by several stores of which any may die at any call of the disk, against a model. */
import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {entryHash} from '../../stored/chain.ts';
import type {TopicState} from '../../stored/log-store.ts';
import type {StoredEntry} from '../../stored/stored-entry.ts';
import {FileStore} from './file-store.ts';
import {dyingDisk, type FailingDisk} from './testing/failing-disk.ts';
import {batch, numbersOf, range} from './testing/stored-entries.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

type Step =
  | {
      readonly do: 'append';
      readonly store: number;
      readonly sizes: readonly number[];
      readonly chain: boolean;
    }
  | {readonly do: 'compact'; readonly store: number; readonly share: number}
  | {readonly do: 'ack'; readonly store: number; readonly share: number}
  | {readonly do: 'reopen'; readonly store: number}
  | {readonly do: 'die'; readonly store: number; readonly calls: number; readonly share: number};

const STORES = 2;
const TOPIC = 't';
const store = fc.nat({max: STORES - 1});
const share = fc.integer({min: 0, max: 110}).map(percent => percent / 100);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      store,
      sizes: fc.array(fc.integer({min: 1, max: 6}), {minLength: 1, maxLength: 4}),
      chain: fc.boolean(),
    }),
  },
  {weight: 2, arbitrary: fc.record({do: fc.constant('compact' as const), store, share})},
  fc.record({do: fc.constant('ack' as const), store, share}),
  fc.record({do: fc.constant('reopen' as const), store}),
  {
    weight: 3,
    arbitrary: fc.record({do: fc.constant('die' as const), store, calls: fc.nat({max: 7}), share}),
  },
);

interface Opened {
  store: FileStore;
  disk: FailingDisk;
}

class World {
  readonly #place: string;
  readonly #opened: Opened[];
  #share = 0;
  first = 1;
  /** What was appended, entry by entry. */
  numbers: number[] = [];
  cursor: number | undefined;
  #next = 1;

  constructor(place: string) {
    this.#place = place;
    this.#opened = Array.from({length: STORES}, () => this.#open());
  }

  close(): void {
    for (const each of this.#opened) each.store.close();
  }

  take(step: Step): void {
    const opened = this.#opened[step.store];
    if (opened === undefined) throw new Error('there is no such store');
    if (step.do === 'die') {
      opened.disk.left = step.calls;
      this.#share = Math.min(1, step.share);
      return;
    }
    if (step.do === 'reopen') this.#reopen(step.store);
    else if (step.do === 'append') this.#append(opened, step.sizes, step.chain);
    else if (step.do === 'ack') this.#ack(opened, Math.floor(step.share * this.numbers.length));
    else this.#compact(opened, Math.floor(step.share * this.numbers.length));
    if (opened.disk.left < 0) this.#reopen(step.store);
  }

  /** Every store sees the same, and that is the model. */
  check(): void {
    for (const opened of this.#opened) {
      const state = opened.store.state(TOPIC);
      const entries = opened.store.read(TOPIC, 0, 1000, 1e6);
      expect([state?.first ?? 1, state?.head ?? 0]).toEqual([this.first, this.numbers.length]);
      expect(entries.map(({id}) => id)).toEqual(range(this.first, this.numbers.length));
      expect(numbersOf(entries)).toEqual(this.numbers.slice(this.first - 1));
      expect(opened.store.cursor(TOPIC, 'reader')).toBe(this.cursor);
      expectChain(state, entries);
      expectPages(opened.store, entries);
    }
  }

  #append(opened: Opened, sizes: readonly number[], chain: boolean): void {
    const batches = sizes.map(size => {
      const made = batch(TOPIC, this.#next, size);
      this.#next += size;
      return made;
    });
    const before = this.numbers.length;
    const {firstIds} = opened.store.append(batches, chain);
    const went = opened.disk.left >= 0 ? firstIds.length : this.#wentIn(sizes);
    for (const {entries} of batches.slice(0, went))
      for (const {payload} of entries) this.numbers.push((JSON.parse(payload) as {n: number}).n);
    const ids = sizes.map((_, at) => before + 1 + sum(sizes.slice(0, at)));
    expect(firstIds).toEqual(ids.slice(0, firstIds.length));
    if (opened.disk.left >= 0) expect(firstIds).toHaveLength(sizes.length);
  }

  /** How many whole batches a process that died put into the file. */
  #wentIn(sizes: readonly number[]): number {
    const head = this.#anybody().state(TOPIC)?.head ?? 0;
    const sums = sizes.map((_, at) => sum(sizes.slice(0, at + 1)));
    const whole = [0, ...sums].indexOf(head - this.numbers.length);
    expect(whole).toBeGreaterThanOrEqual(0);
    return whole;
  }

  #compact(opened: Opened, upTo: number): void {
    const last = Math.min(upTo, this.numbers.length);
    try {
      opened.store.compactSome(TOPIC, upTo);
      this.first = Math.max(this.first, last + 1);
    } catch (error) {
      if (opened.disk.left >= 0) throw error;
      // It died before or behind the step that counts: the others tell which.
      this.first = this.#anybody().state(TOPIC)?.first ?? 1;
      expect([this.first, last + 1]).toContain(this.first);
    }
  }

  #ack(opened: Opened, upTo: number): void {
    const before = this.cursor;
    try {
      this.cursor = opened.store.moveCursor(TOPIC, 'reader', current => {
        expect(current).toBe(before);
        return upTo;
      });
    } catch (error) {
      if (opened.disk.left >= 0) throw error;
      this.cursor = this.#anybody().cursor(TOPIC, 'reader');
      expect([before, upTo]).toContain(this.cursor);
    }
  }

  #anybody(): FileStore {
    return this.#opened.find(({disk}) => disk.left >= 0)?.store ?? this.#open().store;
  }

  #reopen(at: number): void {
    this.#opened[at]?.store.close();
    this.#opened[at] = this.#open();
  }

  #open(): Opened {
    const disk = dyingDisk(() => this.#share);
    return {store: new FileStore(this.#place, false, {segmentBytes: 400, disk}), disk};
  }
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a + b, 0);
}

function expectChain(state: TopicState | undefined, entries: readonly StoredEntry[]): void {
  if (state?.chain === undefined) {
    for (const {hash} of entries) expect(hash).toBeNull();
    return;
  }
  let {anchorHash: previous} = state.chain;
  for (const entry of entries) {
    if (entry.id <= state.chain.anchorId) continue;
    previous = entryHash(previous, TOPIC, entry.id, entry);
    expect(entry.hash).toBe(previous);
  }
  expect(state.chain.headHash).toBe(previous);
}

function expectPages(from: FileStore, entries: readonly StoredEntry[]): void {
  const paged: StoredEntry[] = [];
  let after = 0;
  for (let page = from.read(TOPIC, after, 3, 1e6); page.length > 0; page = from.read(TOPIC, after, 3, 1e6)) {
    paged.push(...page);
    after = page.at(-1)?.id ?? after;
  }
  expect(paged).toEqual(entries);
}

describe('the file store', () => {
  it('equals the model, whoever writes and dies at which call', () => {
    let run = 0;
    fc.assert(
      fc.property(fc.array(steps, {minLength: 1, maxLength: 25}), all => {
        run += 1;
        const world = new World(directory.at(String(run)));
        try {
          for (const step of all) {
            world.take(step);
            world.check();
          }
        } finally {
          world.close();
        }
      }),
      {numRuns: 60},
    );
  }, 120_000);
});
