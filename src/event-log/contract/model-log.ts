/** What an event log does, in as few words as possible: what every backend is compared with. */
import type {Json} from '../../base/index.ts';
import type {CompactReport, TopicInfo} from '../event-log.ts';

interface ModelTopic {
  /** Of every entry there ever was. */
  readonly payloads: Json[];
  /** How many of them are compacted away. */
  gone: number;
  readonly cursors: Map<string, number>;
}

export class ModelLog {
  readonly #topics = new Map<string, ModelTopic>();

  append(topic: string, payloads: readonly Json[]): number[] {
    if (payloads.length === 0) return [];
    const kept = this.#made(topic).payloads;
    return payloads.map(payload => kept.push(payload));
  }

  /** Where the cursor is then; undefined when it is refused. */
  ack(topic: string, consumer: string, upTo: number, force: boolean): number | undefined {
    if (upTo > this.latest(topic)) return undefined;
    const at = force ? upTo : Math.max(upTo, this.cursor(topic, consumer) ?? 0);
    this.#made(topic).cursors.set(consumer, at);
    return at;
  }

  compact(topic: string, upTo: number): Omit<CompactReport, 'checkpointed'> {
    const before = this.#gone(topic);
    const latest = this.latest(topic);
    const gone = Math.max(before, Math.min(upTo, latest));
    const kept = this.#topics.get(topic);
    if (kept !== undefined) kept.gone = gone;
    return {removed: gone - before, remaining: latest - gone, latest};
  }

  latest(topic: string): number {
    return this.#topics.get(topic)?.payloads.length ?? 0;
  }

  cursor(topic: string, consumer: string): number | undefined {
    return this.#topics.get(topic)?.cursors.get(consumer);
  }

  ids(topic: string): number[] {
    return this.payloads(topic).map((_, at) => this.#gone(topic) + at + 1);
  }

  payloads(topic: string): Json[] {
    return this.#topics.get(topic)?.payloads.slice(this.#gone(topic)) ?? [];
  }

  topics(): TopicInfo[] {
    return [...this.#topics.keys()]
      .sort()
      .map(topic => ({topic, first: this.#gone(topic) + 1, latest: this.latest(topic), chained: false}));
  }

  #gone(topic: string): number {
    return this.#topics.get(topic)?.gone ?? 0;
  }

  #made(topic: string): ModelTopic {
    const kept = this.#topics.get(topic) ?? {payloads: [], gone: 0, cursors: new Map()};
    this.#topics.set(topic, kept);
    return kept;
  }
}
