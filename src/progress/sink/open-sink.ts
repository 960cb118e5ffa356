import {reasonOf} from '../../base/index.ts';
import {
  environment,
  environmentPath,
  randomHex,
  residentMemory,
  systemClock,
  warnOfProcess,
} from '../../platform/index.ts';
import type {ProgressDefinition} from '../definition.ts';
import {PROGRESS_RUN_VARIABLE, PROGRESS_VARIABLE} from '../record.ts';
import {ActiveSink} from './active-sink.ts';
import {inactiveSink} from './disabled-sink.ts';
import {EventFile, tell} from './event-file.ts';
import {usableLabels} from './event-line.ts';
import type {OpenProgressSink, ProgressLabels, ProgressSink} from './sink.ts';

export interface ProgressSinkOptions<D extends ProgressDefinition = ProgressDefinition> {
  /** Told by every record, for instance `{tier: 'quality', embedder_id: 'minilm-384'}`. */
  readonly labels?: ProgressLabels;
  /** The events there are; see `defineProgress`. */
  readonly definition?: D;
  /** The file to append to. Default: `$STINT_PROGRESS_JSONL`, blanks around it cut off. */
  readonly path?: string;
  /** Hears once when reporting stops to work. Default: a warning of the process. */
  readonly warn?: (message: string) => void;
}

/**
 * Opens the sink to which this program reports its progress. Where nobody asked for any (no path, or a blank one) it does
 * nothing; where the file cannot be opened it warns once and does nothing. Never throws.
 */
export function openProgressSink<D extends ProgressDefinition>(
  options: ProgressSinkOptions<D> & {readonly definition: D},
): ProgressSink<D>;
export function openProgressSink(options?: Omit<ProgressSinkOptions, 'definition'>): OpenProgressSink;
export function openProgressSink(options: ProgressSinkOptions = {}): OpenProgressSink {
  const {labels = {}, definition, path: given, warn = warnOfProcess('StintProgressWarning')} = options;
  const path = (given ?? environmentPath(PROGRESS_VARIABLE) ?? '').trim();
  if (path === '') return inactiveSink(labels);
  try {
    const runId = environment()[PROGRESS_RUN_VARIABLE]?.trim() || randomHex(8);
    return new ActiveSink({
      labels: usableLabels(labels),
      definition,
      runId,
      pid: process.pid,
      now: systemClock.now,
      monotonic: () => performance.now(),
      file: new EventFile(path, warn),
      memory: residentMemory(),
    });
  } catch (error) {
    tell(warn, `Progress cannot be reported to ${path}: ${reasonOf(error)}. The work goes on without.`);
    return inactiveSink(labels);
  }
}
