/** What a worker reports to. It never throws and never waits: the work comes first. */
import type {
  EventOf,
  FieldNamesOf,
  FieldsOf,
  OnlyFields,
  PhaseOf,
  ProgressDefinition,
} from '../definition.ts';
import type {ProgressFields, SubPhase} from '../record.ts';

/**
 * What every record of a sink tells beside its event, for instance `{tier: 'quality'}`. A key of the format is no label
 * and is left out.
 */
export type ProgressLabels = Readonly<Record<string, string | number | boolean>>;

/** While a phase is open. */
export interface ProgressSpan<F = ProgressFields> {
  /** Adds to what the record of its end tells. */
  set(fields: F): void;
}

interface AnySink {
  /** False where nobody asked for progress, and after the end of the run: then everything here does nothing. */
  readonly isActive: boolean;
  readonly labels: ProgressLabels;
}

/** A sink for the events of a definition. */
export interface ProgressSink<D extends ProgressDefinition> extends AnySink {
  emit<E extends EventOf<D>>(event: E, fields?: FieldsOf<D, E>): void;
  /**
   * Reports that a phase begins, does the work, and reports that it is done or failed: with the definition's first event
   * for each, else with `<phase>_start`, `<phase>_done` and `<phase>_error`. What the work returns or throws is handed on;
   * for a promise another one that settles alike. Of the fields each event tells those that it is defined to tell.
   */
  span<P extends SpanPhaseOf<D>, T>(
    phase: P,
    work: (span: ProgressSpan<SpanFields<D, P>>) => T,
    fields?: SpanFields<D, P>,
  ): T;
  /** The run is over. Of `complete`, `cancelled` and `error` the first counts; after it nothing is reported any more. */
  complete(fields?: EndFields<D, 'complete'>): void;
  cancelled(fields?: EndFields<D, 'cancelled'>): void;
  error(error: unknown, fields?: EndFields<D, 'error'>): void;
}

/** A sink without a definition: each event says to which phase it belongs. */
export interface OpenProgressSink extends AnySink {
  emit(event: string, transition: Transition): void;
  /** As that of a sink with a definition. */
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

/** `complete`, `cancelled` and `error` are no phases that something happens in. */
export type SpanPhaseOf<D extends ProgressDefinition> = Exclude<PhaseOf<D>, End>;

/** The fields that some event of the phase may tell. */
export type SpanFields<D extends ProgressDefinition, P extends PhaseOf<D>> = OnlyFields<
  FieldNamesOf<D, {[E in EventOf<D>]: D[E]['phase'] extends P ? E : never}[EventOf<D>]>
>;

type End = 'complete' | 'cancelled' | 'error';

type EndFields<D extends ProgressDefinition, E extends End> =
  E extends EventOf<D> ? FieldsOf<D, E> : ProgressFields;
