import type {ProgressDefinition} from '../definition.ts';
import type {OpenProgressSink, ProgressLabels, ProgressSink, ProgressSpan} from './sink.ts';

const UNKNOWN: ProgressLabels = {tier: 'unknown', embedder_id: 'unknown'};
const NOTHING = {set: () => undefined};

/** A sink for callers that want none: it does nothing, and its labels say `unknown`. */
export function disabledProgressSink<D extends ProgressDefinition>(): ProgressSink<D> {
  return inactiveSink(UNKNOWN);
}

/** Does nothing, at the cost of a call. */
export function inactiveSink(labels: ProgressLabels): OpenProgressSink & ProgressSink<ProgressDefinition> {
  return {
    isActive: false,
    labels,
    emit: () => undefined,
    span: <T>(_phase: string, work: (span: ProgressSpan) => T): T => work(NOTHING),
    complete: () => undefined,
    cancelled: () => undefined,
    error: () => undefined,
  };
}
