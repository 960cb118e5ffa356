/** How fast the state directory is saved and brought back: one long log, and many small jobs. */
import {cpSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {atLeast} from './support/goals.mjs';
import {addClosedJobs} from './support/many-jobs.mjs';
import {remove} from './support/place.mjs';
import {timeOf} from './support/processes.mjs';
import {medians} from './support/rounds.mjs';
import {BenchStint, BIN} from './support/stint.mjs';

const JOBS = 2000;
const FEW_JOBS = 500;
const LINES = 1_000_000;
const FEW_LINES = 300_000;

export const name = 'backup';
export const what = '`stint backup` of a log of 1 M lines and 2000 small jobs';
export const against = '`tar czf` of the same tree';
export const goal = atLeast(1);

export async function run({quick, rounds}) {
  const stint = new BenchStint();
  try {
    const [jobs, lines] = quick ? [FEW_JOBS, FEW_LINES] : [JOBS, LINES];
    const small = await stint.submit(['true']);
    await stint.submit(['sh', '-c', `seq 1 ${lines} | sed 's/$/ compiled and tested without a warning/'`]);
    await stint.quiet();
    await stint.end();
    addClosedJobs({...stint, worktree: stint.work}, jobs, () => 'test');
    const directories = join(stint.state, 'repos', stint.repo, 'jobs');
    for (let at = 0; at < jobs; at++) {
      const id = at.toString(16).padStart(12, 'f');
      cpSync(join(directories, small.invocation), join(directories, id), {recursive: true});
      const spec = join(directories, id, small.name, 'spec.json');
      writeFileSync(spec, readFileSync(spec, 'utf8').replaceAll(small.invocation, id));
    }
    const env = {env: {...process.env, STINT_STATE_DIR: stint.state}};
    const [file, tarred, plain] = ['b.tgz', 't.tgz', 't.tar'].map(each => join(stint.root, each));
    const into = join(stint.root, 'into');
    const took = await medians(
      {
        backup: () => timeOf(process.execPath, [BIN, 'backup', '--force', file], env),
        tar: () => timeOf('tar', ['czf', tarred, '-C', stint.root, 'state']),
        fast: () => timeOf('sh', ['-c', 'tar cf - -C "$1" state | gzip -1 > "$2"', 'sh', stint.root, plain]),
        restore: () => {
          remove(into);
          return timeOf(process.execPath, [BIN, 'restore', '--yes', file], {
            env: {...process.env, STINT_STATE_DIR: into},
          });
        },
        untar: () => {
          remove(into);
          return timeOf('sh', ['-c', 'mkdir "$1" && tar xzf "$2" -C "$1"', 'sh', into, tarred]);
        },
      },
      rounds(3),
    );
    const mib = path => `${Math.round(statSync(path).size / 2 ** 20)} MiB`;
    return [
      {
        stint: `${told(took.backup)}, ${mib(file)}`,
        against: `\`tar czf\`: ${told(took.tar)}, ${mib(tarred)}; with \`gzip -1\`: ${told(took.fast)}, ${mib(plain)}`,
        ratio: took.tar / took.backup,
      },
      {
        what: '`stint restore` of it, which reads it twice',
        stint: told(took.restore),
        against: `\`tar xzf\`: ${told(took.untar)}`,
        ratio: took.untar / took.restore,
        goal: atLeast(0.4),
      },
    ];
  } finally {
    await stint.dispose();
  }
}

function told(ms) {
  return `${(ms / 1000).toFixed(2)} s`;
}
