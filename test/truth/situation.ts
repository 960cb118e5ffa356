/** A situation: what a job does and what is done to it, when it is asked about, and what is then true. */
import type {Stage} from './stage.ts';

export interface Kind {
  readonly title: string;
  readonly situations: readonly Situation[];
}

export interface Situation {
  /** Unique within its kind; continues "a job …". */
  readonly name: string;
  /** What the job runs, in its own directory, which is a repository of its own. */
  readonly command: readonly string[];
  /** Options of `stint run`. Default: `STALLS_SOON`. */
  readonly options?: readonly string[];
  /** It has a coordinator of its own, because that is killed, stopped or set. */
  readonly alone?: true;
  /** Before it is submitted. */
  readonly before?: (stage: Stage) => Promise<unknown>;
  /** What is done to it; it is asked about when this resolves. Waits for events. Default: that it marks `ready`. */
  readonly when?: (stage: Stage) => Promise<unknown>;
  readonly truth: Truth | ((stage: Stage) => Truth);
}

/** Objects need hold no more than what is named; a list is compared item by item. */
export interface Truth {
  /** The job in the JSON of `ls` and in that of `status`. */
  readonly listed?: Expected;
  /** The JSON of `progress report`, of `stats`. */
  readonly report?: Expected;
  readonly stats?: Expected;
  /** Texts of commands in which these words are, or are not. Some are in none, see `always.ts`. */
  readonly says?: Words;
  readonly neverSays?: Words;
}

export type Words = {readonly [command in Command]?: readonly RegExp[]};

export const COMMANDS = ['ls', 'status', 'report', 'stats'] as const;
export type Command = (typeof COMMANDS)[number];

export type Expected =
  | string
  | number
  | boolean
  | null
  | Check
  | readonly Expected[]
  | {readonly [key: string]: Expected};

/** What a value has to be, in words, and whether it is. */
export class Check {
  readonly wanted: string;
  readonly holds: (value: unknown) => boolean;

  constructor(wanted: string, holds: (value: unknown) => boolean) {
    this.wanted = wanted;
    this.holds = holds;
  }
}

export const STALLS_SOON = ['--stall-after', '300ms'] as const;
/** For one that must not be called stalled: longer than a busy machine keeps anybody waiting. */
export const STALLS_LATER = ['--stall-after', '1500ms'] as const;

/** For one that stands still, where that is not what is asked. */
export const PATIENT = ['--stall-after', '1m'] as const;

export function between(low: number, high: number): Check {
  return new Check(`${low} to ${high}`, value => typeof value === 'number' && value >= low && value <= high);
}

export function oneOf(...values: readonly unknown[]): Check {
  return new Check(`one of ${JSON.stringify(values)}`, value => values.includes(value));
}

export function not(...values: readonly unknown[]): Check {
  return new Check(
    `none of ${JSON.stringify(values)}`,
    value => value !== undefined && !values.includes(value),
  );
}

export function text(pattern: RegExp): Check {
  return new Check(`text with ${pattern}`, value => typeof value === 'string' && pattern.test(value));
}

/** A list of which one item is so. */
export function some(wanted: string, holds: (item: Record<string, unknown>) => boolean): Check {
  return new Check(`a list with ${wanted}`, value => Array.isArray(value) && value.some(holds));
}

export function every(wanted: string, holds: (item: Record<string, unknown>) => boolean): Check {
  return new Check(`a list of only ${wanted}`, value => Array.isArray(value) && value.every(holds));
}

/** Null, or nothing told at all where there is nothing to tell of. */
export const unknown = new Check('null', value => value === null);
export const known = new Check('a value', value => value !== null && value !== undefined);
