/**
 * How many jobs of a group may run at once. What was set by hand goes before what a configuration says, and until a coordinator
 * hears otherwise both hold for all coordinators to come. Order of writes: the file, then what is in force.
 */
import {isDeepStrictEqual} from 'node:util';

import {type GroupSettings, readGroups, writeGroups} from '../adapters/index.ts';

export type GroupSource = 'set' | 'configuration';

export class GroupLimits {
  readonly #state: string;
  readonly #onChange: (limits: ReadonlyMap<string, number>) => void;
  #settings: GroupSettings;

  /** `onChange` hears what is in force from then on. */
  constructor(state: string, onChange: (limits: ReadonlyMap<string, number>) => void) {
    this.#state = state;
    this.#onChange = onChange;
    this.#settings = readGroups(state);
  }

  get limits(): ReadonlyMap<string, number> {
    const {set, configured} = this.#settings;
    return new Map(Object.entries({...configured, ...set}));
  }

  get names(): readonly string[] {
    return [...this.limits.keys()];
  }

  /** Who says how it is with a group; undefined where nobody does. */
  sourceOf(name: string): GroupSource | undefined {
    if (Object.hasOwn(this.#settings.set, name)) return 'set';
    return Object.hasOwn(this.#settings.configured, name) ? 'configuration' : undefined;
  }

  /** Null takes the group away, also what a configuration said of it: it is there again when one says so again. */
  set(name: string, limit: number | null): void {
    const {set, configured} = this.#settings;
    this.#change(
      limit === null
        ? {set: without(set, name), configured: without(configured, name)}
        : {set: {...set, [name]: limit}, configured},
    );
  }

  /** What the configuration of somebody says who submits jobs. */
  learn(configured: Readonly<Record<string, number>>): void {
    this.#change({...this.#settings, configured: {...this.#settings.configured, ...configured}});
  }

  #change(settings: GroupSettings): void {
    if (isDeepStrictEqual(settings, this.#settings)) return;
    writeGroups(this.#state, settings);
    this.#settings = settings;
    this.#onChange(this.limits);
  }
}

function without(limits: Readonly<Record<string, number>>, name: string): Record<string, number> {
  const {[name]: _, ...rest} = limits;
  return rest;
}
