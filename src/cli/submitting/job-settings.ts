/** Settings of a job that a flag, a variable or the configuration may give, in this order; else the default. */
import {isPlainPath, StintError} from '../../base/index.ts';
import {DEFAULT_STALL_AFTER_MS, ON_STALL, type OnStall} from '../../coordinator/domain/index.ts';
import {environment, environmentPath} from '../../platform/index.ts';
import {readConfiguration} from '../../project/index.ts';
import type {Options} from '../command.ts';
import {duration, durationOrZero, oneOf, text} from '../command-line/option-values.ts';

export interface JobSettings {
  readonly linger_ms: number;
  readonly stall_after_ms: number;
  readonly on_stall: OnStall;
  readonly notify: string | null;
}

const DEFAULT_LINGER_MS = 10_000;

export async function jobSettings(options: Options): Promise<JobSettings> {
  const {STINT_LINGER, STINT_STALL_AFTER, STINT_ON_STALL} = environment();
  const configuration = await readConfiguration();
  const inConfiguration = (key: string) => `${key} in ${configuration?.path}`;
  return {
    linger_ms:
      (await duration(text(options, 'linger'), '--linger')) ??
      (await duration(STINT_LINGER, 'STINT_LINGER')) ??
      (await duration(configuration?.linger, inConfiguration('linger'))) ??
      DEFAULT_LINGER_MS,
    stall_after_ms:
      (await durationOrZero(text(options, 'stallAfter'), '--stall-after')) ??
      (await durationOrZero(STINT_STALL_AFTER, 'STINT_STALL_AFTER')) ??
      (await durationOrZero(configuration?.stall_after, inConfiguration('stall_after'))) ??
      DEFAULT_STALL_AFTER_MS,
    on_stall:
      oneOf(text(options, 'onStall'), '--on-stall', ON_STALL) ??
      oneOf(STINT_ON_STALL, 'STINT_ON_STALL', ON_STALL) ??
      oneOf(configuration?.on_stall, inConfiguration('on_stall'), ON_STALL) ??
      'notify',
    notify: (textOf('STINT_NOTIFY') ?? configuration?.notify)?.trim() || null, // set but empty: nobody is told
  };
}

/** Of a variable. Throws `USAGE` where it is not UTF-8: another text would be run. */
function textOf(variable: string): string | undefined {
  const value = environmentPath(variable);
  if (value === undefined || isPlainPath(value)) return value;
  throw new StintError('USAGE', `${variable} is not UTF-8: '${value}'.`);
}
