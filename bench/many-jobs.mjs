/** What lists and one job's facts cost where much was run: as much as where little was. */
import {makeRepository} from './support/git.mjs';
import {atMost} from './support/goals.mjs';
import {addClosedJobs} from './support/many-jobs.mjs';
import {timeOf} from './support/processes.mjs';
import {medians} from './support/rounds.mjs';
import {BenchStint, BIN} from './support/stint.mjs';

const FEW = 100;
const MANY = 100_000;
const QUICK_MANY = 20_000;
const [FEW_RUNS, MANY_RUNS] = [10, 10_000];

export const name = 'many-jobs';
export const what = '`stint ls` with so many jobs, the same rows shown';
export const against = 'with 100 jobs';
export const goal = atMost(1.2);

export async function run({quick, rounds}) {
  const jobs = quick ? QUICK_MANY : MANY;
  const stints = [];
  const filled = async (count, nameOf) => {
    const stint = new BenchStint();
    stints.push(stint);
    stint.place = await makeRepository(stint.work, stint.repo);
    await stint.submit(['true']);
    await stint.quiet();
    await stint.end();
    addClosedJobs({...stint, worktree: stint.work}, count, nameOf);
    return stint;
  };
  try {
    const names = at => `job-${at % 500}`;
    const few = await filled(FEW, names);
    const many = await filled(jobs, names);
    const fewRuns = await filled(FEW_RUNS, () => 'test');
    const manyRuns = await filled(MANY_RUNS, () => 'test');
    const ask = (stint, ...args) => timeOf(process.execPath, [BIN, ...args], environment(stint));
    const took = await medians(
      {
        few: () => ask(few, 'ls'),
        many: () => ask(many, 'ls'),
        fewHere: () => ask(few, 'ls', '--status', 'completed', '--here'),
        manyHere: () => ask(many, 'ls', '--status', 'completed', '--here'),
        fewRuns: () => ask(fewRuns, 'status', 'test'),
        manyRuns: () => ask(manyRuns, 'status', 'test'),
      },
      rounds(31),
    );
    const row = (variant, against, told) => ({
      what: told[0],
      stint: ms(took[variant]),
      against: `${told[1]}: ${ms(took[against])}`,
      ratio: took[variant] / took[against],
    });
    return [
      row('many', 'few', [`\`stint ls\`, ${jobs} jobs, the same rows shown`, against]),
      row('manyHere', 'fewHere', [`\`stint ls --status completed --here\`, ${jobs} jobs`, against]),
      row('manyRuns', 'fewRuns', ['`stint status test`, 10,000 runs of it', 'with 10 runs']),
    ];
  } finally {
    for (const stint of stints) await stint.dispose();
  }
}

function environment({work, state}) {
  return {cwd: work, env: {...process.env, STINT_STATE_DIR: state}};
}

function ms(value) {
  return `${value.toFixed(1)} ms`;
}
