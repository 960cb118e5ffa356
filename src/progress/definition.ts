/**
 * A definition names the events of a process: to which phase each belongs, which transition it is, and which fields it may
 * tell. A sink with a definition takes only these; anything else does not compile.
 */
import type {ProgressFields, SubPhase} from './record.ts';

export interface EventDefinition {
  readonly phase: string;
  readonly sub_phase: SubPhase;
  /** Which fields it may tell; all of them without this. */
  readonly fields?: readonly (keyof ProgressFields)[];
  /** On a `start`: how long its phase is known to take at most, in milliseconds. Until then its silence is no stall. */
  readonly expect_ms?: number;
}

/** Events by their names. */
export type ProgressDefinition = Readonly<Record<string, EventDefinition>>;

export type EventOf<D extends ProgressDefinition> = keyof D & string;
export type PhaseOf<D extends ProgressDefinition> = D[keyof D]['phase'];

/** The fields that an event of a definition may tell. */
export type FieldsOf<D extends ProgressDefinition, E extends EventOf<D>> = OnlyFields<FieldNamesOf<D, E>>;

/** Their names; of several events those of any. */
export type FieldNamesOf<D extends ProgressDefinition, E extends EventOf<D>> =
  E extends EventOf<D>
    ? D[E] extends {readonly fields: readonly (infer F extends keyof ProgressFields)[]}
      ? F
      : keyof ProgressFields
    : never;

/** These fields; the others are refused by name, also when there are none of these. */
export type OnlyFields<F extends keyof ProgressFields> = Pick<ProgressFields, F> & {
  readonly [K in Exclude<keyof ProgressFields, F>]?: never;
};

/** Keeps the names in the type, so that the compiler knows them. */
export function defineProgress<const D extends ProgressDefinition>(definition: D): D {
  return definition;
}
