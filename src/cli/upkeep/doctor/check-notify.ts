/** Looks whether the commands that tell a person do so: the last failure of each, and what is set for whoever runs this. */
import {visible} from '../../../base/index.ts';
import {DESKTOP, desktopProblem, readNotifyFailures} from '../../../coordinator/adapters/index.ts';
import {environment, systemClock} from '../../../platform/index.ts';
import {readConfiguration} from '../../../project/index.ts';
import {clockTime} from '../../output/human.ts';
import {type Finding, problem} from './finding.ts';

const about = 'notify';

export async function checkNotify(state: string): Promise<Finding[]> {
  return [...(await checkSetting()), ...failuresIn(state)];
}

async function checkSetting(): Promise<Finding[]> {
  try {
    const configured = (await readConfiguration())?.notify;
    if ((environment().STINT_NOTIFY ?? configured)?.trim() !== DESKTOP) return [];
    const reason = desktopProblem(environment());
    if (reason === undefined) return [{level: 'ok', about, message: 'on the desktop'}];
    const hint =
      'It is looked for in the environment of each job. Set a command instead of the word desktop.';
    return [
      {level: 'note', about, message: `nobody is told by jobs that are submitted from here: ${reason}`, hint},
    ];
  } catch (error) {
    return [problem('settings', error)];
  }
}

function failuresIn(state: string): Finding[] {
  try {
    return readNotifyFailures(state).map(({job, at_ms, reason}): Finding => {
      const message = `the notify command of ${visible(job)} failed at ${clockTime(at_ms, systemClock.now())}: ${reason}`;
      return {level: 'note', about, message, hint: HINT};
    });
  } catch (error) {
    return [problem(about, error)];
  }
}

const HINT = 'This goes when the same command works again.';
