/** A writer, the kernel's queue and who looks, interleaved at random: nothing here waits for time. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import type {OrderedChanges, OrderedWatch} from '../../../../platform/index.ts';
import type {SpoolStream} from '../transcoding/spool-transcoder.ts';
import {type Sizes, SpoolOrder, type Take} from './spool-order.ts';

/** Every write is told but for what is merged; everything that is told comes in a turn. */
class World {
  readonly #written = {stdout: '', stderr: ''};
  readonly #queue: string[] = [];
  readonly #lengths: number;
  #turn = 0;
  recorded = {stdout: 0, stderr: 0};
  readonly takes: (Take & {text: string})[] = [];
  readonly order: SpoolOrder;
  isOrdered = true;
  #changes: OrderedChanges | undefined;

  constructor({half = 1000, isNew = true, isOrdered = true} = {}) {
    this.#lengths = half;
    this.isOrdered = isOrdered;
    const between = (stream: SpoolStream, from: number, upTo: number) =>
      this.#written[stream].slice(from, upTo);
    this.order = new SpoolOrder({
      spools: {
        sizeOf: stream => this.#written[stream].length,
        lineEnds: (stream, from, upTo) =>
          [...between(stream, from, upTo).matchAll(/\n/g)].map(({index}) => from + index + 1),
        hasLine: (stream, from, upTo) => between(stream, from, upTo).includes('\n'),
        half: this.#lengths,
      },
      turn: () => this.#turn,
      wake: () => undefined,
    });
    this.order.listen(changes => this.#watch(changes), isNew);
  }

  #watch(changes: OrderedChanges): OrderedWatch {
    this.#changes = changes;
    return {isOrdered: this.isOrdered, mark: () => this.#tell('.'), close: () => undefined};
  }

  #tell(what: string): void {
    if (this.#queue.at(-1) !== what) this.#queue.push(what);
  }

  write(stream: SpoolStream, text: string, late: readonly ('turn' | 'look')[] = []): void {
    this.#written[stream] += text;
    for (const step of late) this[step]();
    this.#tell(stream === 'stdout' ? 'out' : 'err');
  }

  lose(): void {
    this.#queue.length = 0;
    this.#changes?.lost();
  }

  turn(): void {
    this.#turn += 1;
    for (const what of this.#queue.splice(0)) {
      if (what === '.') this.#changes?.marked();
      else this.#changes?.changed(what);
    }
  }

  /** Takes what is to be taken; tells whether to look again in the next turn. */
  look(upTo?: Sizes): boolean {
    const {takes, again} = this.order.look(this.recorded, upTo);
    for (const take of takes) {
      const {stream} = take;
      const more = this.#written[stream].slice(this.recorded[stream], take.upTo);
      const text = upTo?.[stream] === take.upTo ? more : more.slice(0, more.lastIndexOf('\n') + 1);
      this.recorded[stream] += text.length;
      this.takes.push({...take, text});
    }
    return again || takes.length > 0;
  }

  /** Looks until there is nothing more. */
  drain(): void {
    const upTo = {stdout: this.#written.stdout.length, stderr: this.#written.stderr.length};
    for (let turn = 0; turn < 50 && this.look(upTo); turn++) this.turn();
    this.order.close();
  }

  get lines(): string[] {
    return this.takes.flatMap(({text}) => text.split('\n').filter(line => line !== ''));
  }
}

/** `late`: it is seen before it is told, and whatever follows comes between. */
type Step =
  | {readonly stream: SpoolStream; readonly text: string; readonly late?: readonly ('turn' | 'look')[]}
  | 'turn'
  | 'look';

function play(steps: readonly Step[]): World {
  const world = new World();
  for (const step of steps) {
    if (step === 'turn') world.turn();
    else if (step === 'look') world.look();
    else world.write(step.stream, step.text, step.late);
  }
  world.drain();
  return world;
}

/** Between any two writes somebody may look, or a turn begin. */
function interleaved(writes: readonly Step[], pauses: readonly number[]): Step[] {
  return writes.flatMap((write, at): Step[] => {
    const pause = pauses[at % Math.max(1, pauses.length)] ?? 0;
    if (pause === 4 && typeof write === 'object')
      return [{...write, late: ['look', 'turn', 'look', 'turn', 'look']}];
    return [write, ...(pause & 1 ? (['turn'] as const) : []), ...(pause & 2 ? (['look'] as const) : [])];
  });
}

const PAUSES = fc.array(fc.constantFrom(0, 0, 0, 0, 1, 2, 3, 4), {minLength: 1, maxLength: 40});
const NAMES = {o: 'stdout', e: 'stderr'} as const;

describe('the order of two streams', () => {
  it('is that of the writing where no two lines of a stream follow each other, however somebody looks', () => {
    fc.assert(
      fc.property(
        PAUSES,
        fc.integer({min: 1, max: 60}),
        fc.integer({min: 1, max: 3}),
        (pauses, count, pieces) => {
          const writes = Array.from({length: count}, (_, at) => {
            const stream = at % 2 === 0 ? NAMES.o : NAMES.e;
            const whole: Step[] = [{stream, text: `${at}\n`}];
            const two: Step[] = [
              {stream, text: `${at}`},
              {stream, text: '\n'},
            ];
            const three: Step[] = [
              {stream, text: `${at}`.slice(0, 1)},
              {stream, text: `${at}`.slice(1)},
              {stream, text: '\n'},
            ];
            return pieces === 1 ? whole : pieces === 2 ? two : three;
          }).flat();
          const {lines, takes} = play(interleaved(writes, pauses));
          expect(lines).toEqual(Array.from({length: count}, (_, at) => `${at}`));
          expect(takes.some(({isUnordered}) => isUnordered)).toBe(false);
        },
      ),
      {numRuns: 500},
    );
  });

  it('holds every line once, each stream in its own order, whatever is written', () => {
    const write = fc.record({
      stream: fc.constantFrom<SpoolStream>('stdout', 'stderr'),
      text: fc.constantFrom('a\n', 'b', '\n', 'c\nd\n', 'e\nf'),
    });
    fc.assert(
      fc.property(fc.array(write, {maxLength: 40}), PAUSES, (writes, pauses) => {
        const {takes} = play(interleaved(writes, pauses));
        for (const stream of ['stdout', 'stderr'] as const) {
          const given = writes.filter(each => each.stream === stream).map(({text}) => text);
          const got = takes.filter(each => each.stream === stream).map(({text}) => text);
          expect(got.join('')).toBe(given.join(''));
        }
      }),
      {numRuns: 500},
    );
  });

  it('puts runs that are seen one by one where they were, however long they are', () => {
    const world = new World();
    for (const [at, stream] of [...'oooeeoeeeeooe'].entries()) {
      world.write(stream === 'o' ? NAMES.o : NAMES.e, `${at}\n`);
      world.turn();
      world.look();
    }
    world.drain();
    expect(world.lines).toEqual(Array.from({length: 13}, (_, at) => `${at}`));
  });

  it('is found out in parts where more is written than can be looked at', () => {
    const world = new World({half: 20});
    for (let at = 0; at < 10; at++) {
      world.write('stdout', `${'o'.repeat(9)}\n`.repeat(4));
      world.write('stderr', `e${at}\n`);
    }
    world.turn();
    while (world.look()) world.turn();
    world.drain();
    const texts = world.takes.map(({text}) => text);
    expect(texts.join('').length).toBe(10 * 43);
    // Every line of stderr has lines of stdout before it.
    expect(world.takes.filter(({stream}) => stream === 'stdout').length).toBeGreaterThanOrEqual(10);
  });
});

describe('the order is not known', () => {
  it('of what was there before anybody listened, where both streams have something', () => {
    const world = new World({isNew: false});
    world.write('stdout', 'a\n');
    world.write('stderr', 'b\n');
    world.look();
    expect(world.takes.map(({isUnordered}) => isUnordered)).toEqual([true, true]);
  });

  it('of what came until changes were lost, and is known again after a turn without any', () => {
    const world = new World();
    world.write('stdout', 'a\n');
    world.write('stderr', 'b\n');
    world.lose();
    world.look();
    world.turn();
    expect(world.look()).toBe(false);
    expect(world.takes.map(({isUnordered}) => isUnordered)).toEqual([true, true]);
    for (const [at, stream] of (['stderr', 'stdout', 'stderr'] as const).entries())
      world.write(stream, `${at}\n`);
    world.turn();
    world.drain();
    expect(world.takes.slice(2).map(({text, isUnordered}) => [text, isUnordered])).toEqual([
      ['0\n', false],
      ['1\n', false],
      ['2\n', false],
    ]);
  });

  it('for as long as something is written in every turn', () => {
    const world = new World({isNew: false});
    for (let at = 0; at < 20; at++) {
      world.write('stdout', 'a\n');
      world.write('stderr', 'b\n');
      world.turn();
      world.look();
    }
    expect(world.takes.every(({isUnordered}) => isUnordered)).toBe(true);
  });

  it('where the system tells no changes in order, ever', () => {
    const world = new World({isOrdered: false});
    world.look();
    world.turn();
    world.look();
    world.write('stdout', 'a\n');
    world.write('stderr', 'b\n');
    world.drain();
    expect(world.takes.map(({isUnordered}) => isUnordered)).toEqual([true, true]);
  });

  it('where a stream changes more often than can be remembered, and no memory is taken for it', () => {
    const world = new World();
    for (let at = 0; at < 20_000; at++) {
      world.write('stdout', 'a\n');
      world.write('stderr', 'b\n');
    }
    world.turn();
    world.look();
    expect(world.takes.map(({isUnordered}) => isUnordered)).toEqual([true, true]);
  });

  it('but of one stream alone there is nothing to know', () => {
    const world = new World({isNew: false});
    world.write('stderr', 'a\n');
    world.look();
    expect(world.takes.map(({isUnordered}) => isUnordered)).toEqual([false]);
  });
});
