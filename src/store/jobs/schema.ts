import type {Schema} from '../schema.ts';

/** "stin": jobs and invocations of a repository, in the state directory. */
export const JOBS_SCHEMA: Schema = {
  applicationId: 0x7374696e,
  version: 10,
  directory: '',
  isInState: true,
  whoUpgrades: 'It is brought up to date by the next job that runs in this repository.',
  whenForeign: 'Move it away, or set STINT_STATE_DIR to another directory.',
  whenDamaged:
    'Run: stint doctor --repair   (it sets the file aside and rebuilds the rows from the job directories)',
};
