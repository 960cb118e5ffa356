/**
 * Variables that are handed on to nobody: by them a harness finds what it started, and ends it with itself. They are those of
 * `drop_env` in the configuration, and without that what is known to be used so.
 */
import type {Configuration} from './configuration.ts';

/** The runner of GitHub Actions ends every process that has it when its job is over. */
const USUAL: readonly string[] = ['RUNNER_TRACKING_ID'];

/** Their names. */
export function droppedVariables(configuration: Configuration | undefined): readonly string[] {
  return configuration?.drop_env ?? USUAL;
}
