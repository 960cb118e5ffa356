/** What a worker reports to. It never throws and never waits: the work comes first. */
import type {EventOf, FieldsOf, PhaseOf, ProgressDefinition} from './definition.ts';
import type {ProgressFields, SubPhase} from './record.ts';

/** What every record of a sink tells beside its event, for instance `{tier: 'quality'}`. */
export type ProgressLabels = Readonly<Record<string, string | number | boolean>>;

/** While a phase is open. */
export interface ProgressSpan {
  /** Adds to what the record of its end tells. */
  set(fields: ProgressFields): void;
}

interface AnySink {
  /** False where nobody asked for progress: then everything here does nothing. */
  readonly isActive: boolean;
  readonly labels: ProgressLabels;
}

/** A sink for the events of a definition. */
export interface ProgressSink<D extends ProgressDefinition> extends AnySink {
  emit<E extends EventOf<D>>(event: E, fields?: FieldsOf<D, E>): void;
  /**
   * Reports that a phase begins, does the work, and reports that it is done or failed. What the work returns or throws is
   * handed on; of a promise the end is waited for.
   */
  span<T>(phase: PhaseOf<D>, work: (span: ProgressSpan) => T, fields?: ProgressFields): T;
  /** The run is over. Of `complete`, `cancelled` and `error` the first counts; after it nothing is reported any more. */
  complete(fields?: EndFields<D, 'complete'>): void;
  cancelled(fields?: EndFields<D, 'cancelled'>): void;
  error(error: unknown, fields?: EndFields<D, 'error'>): void;
}

/** A sink without a definition: each event says to which phase it belongs. */
export interface OpenProgressSink extends AnySink {
  emit(event: string, transition: Transition): void;
  span<T>(phase: string, work: (span: ProgressSpan) => T, fields?: ProgressFields): T;
  complete(fields?: ProgressFields): void;
  cancelled(fields?: ProgressFields): void;
  error(error: unknown, fields?: ProgressFields): void;
}

export interface Transition extends ProgressFields {
  readonly phase: string;
  /** Default: `progress`. */
  readonly sub_phase?: SubPhase;
}

type EndFields<D extends ProgressDefinition, E extends string> =
  E extends EventOf<D> ? FieldsOf<D, E> : ProgressFields;
