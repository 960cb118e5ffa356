import {environment, environmentPath, systemClock} from '../../../platform/index.ts';
import {appendProgressEvent, PROGRESS_RUN_VARIABLE, PROGRESS_VARIABLE} from '../../../progress/index.ts';
import type {OptionsOf} from '../../command.ts';
import type {PROGRESS_EMIT} from '../../definitions/progress.ts';
import {EXIT} from '../../exit-codes.ts';
import {say} from '../../output/write.ts';
import {progressFields, progressLabels, progressStep} from '../../progress/progress-step.ts';

type Options = OptionsOf<typeof PROGRESS_EMIT>;

/** Wrong usage is told anywhere. Otherwise a script must not fail because nobody follows it, or because a disk is full. */
export async function run([event = '']: readonly string[], options: Options): Promise<number> {
  const step = progressStep(event, options);
  const fields = await progressFields(options);
  const labels = progressLabels(options);
  const env = environment();
  const path = environmentPath(PROGRESS_VARIABLE)?.trim();
  if (!path) {
    if (env.STINT_DEBUG) say(`${PROGRESS_VARIABLE} is not set, so ${event} is reported to nobody`);
    return EXIT.done;
  }
  appendProgressEvent({
    path,
    head: {
      ...step,
      ts_ms: systemClock.now(),
      run_id: env[PROGRESS_RUN_VARIABLE]?.trim() || env.STINT_JOB_ID || 'shell',
      // This process is only the messenger.
      pid: process.ppid,
    },
    labels,
    fields,
    warn: message => say(message.replace(/\.$/, '')),
  });
  return EXIT.done;
}
