/** How fast old jobs go away, with their rows, their statistics and a look at all of them before. */
import {cpSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';

import {Client} from '../dist/lib/index.js';
import {atLeast} from './support/goals.mjs';
import {remove} from './support/place.mjs';
import {timeOf} from './support/processes.mjs';
import {rawDatabase} from './support/raw-sqlite.mjs';
import {interleaved, median} from './support/rounds.mjs';
import {withStint} from './support/stint.mjs';

const JOBS = 10_000;
const FEW_JOBS = 1000;

export const name = 'prune';
export const what = 'pruning 10,000 jobs, as many invocations';
export const against = '`rm -r` of their directories';
export const goal = atLeast(0.7);

export async function run({rounds}) {
  process.env.STINT_NO_AUTO_PRUNE = '1'; // nothing goes before it is measured
  const jobs = rounds(JOBS) < JOBS ? FEW_JOBS : JOBS;
  return withStint(async stint => {
    const original = await makeJobs(stint, jobs);
    let copies = 0;
    const copied = async () => {
      const copy = join(stint.root, `copy-${copies++}`);
      mkdirSync(copy, {mode: 0o700});
      await timeOf('cp', ['-a', original, join(copy, 'repos')]);
      return copy;
    };
    const variants = {
      rm: async () => {
        const copy = await copied();
        const took = await timeOf('rm', ['-r', join(copy, 'repos', stint.repo, 'jobs')]);
        remove(copy);
        return took;
      },
      prune: async () => {
        const copy = await copied();
        const client = new Client({state: copy});
        await client.connect();
        const began = performance.now();
        const {repos} = await client.prune({repo: stint.repo, older_than_ms: 0});
        const took = performance.now() - began;
        if (repos[0].jobs_removed !== jobs) throw new Error(`only ${repos[0].jobs_removed} were removed`);
        await client.shutdown();
        remove(copy);
        return took;
      },
    };
    const results = await interleaved(variants, rounds(5));
    const [rm, prune] = [median(results.rm), median(results.prune)];
    const told = ms => `${(ms / 1000).toFixed(2)} s`;
    return [
      {
        what: `pruning ${jobs.toLocaleString('en')} jobs, as many invocations`,
        stint: told(prune),
        against: `\`rm -r\`: ${told(rm)}`,
        ratio: rm / prune,
      },
    ];
  });
}

/** One job that ran, and others that have its files and its row. Resolves with the directory of the repositories. */
async function makeJobs(stint, count) {
  const key = await stint.submit(['true']);
  await stint.quiet();
  await stint.end();
  const repos = join(stint.state, 'repos');
  const jobs = join(repos, stint.repo, 'jobs');
  const db = rawDatabase(join(repos, stint.repo, 'coordinator.db'));
  db.exec("INSERT INTO repo_policy VALUES ('keep_last', '0') ON CONFLICT DO NOTHING; BEGIN");
  const columns = table =>
    db
      .prepare(`SELECT name FROM pragma_table_info('${table}')`)
      .all()
      .map(each => each.name);
  const copy = (table, id) => {
    const names = columns(table);
    const values = names.map(each => (each === id ? '?' : each === 'number' ? '?' : each));
    return db.prepare(
      `INSERT INTO ${table} (${names}) SELECT ${values} FROM ${table} WHERE ${id} = '${key.invocation}'`,
    );
  };
  const order = (table, id, values) =>
    columns(table).flatMap(each => (each === id ? values.id : each === 'number' ? values.number : []));
  const [invocation, job] = [copy('invocations', 'id'), copy('jobs', 'invocation_id')];
  for (let number = 2; number <= count; number++) {
    const id = number.toString(16).padStart(12, '0');
    cpSync(join(jobs, key.invocation), join(jobs, id), {recursive: true});
    invocation.run(...order('invocations', 'id', {id, number}));
    job.run(...order('jobs', 'invocation_id', {id, number}));
  }
  db.exec('COMMIT');
  db.close();
  return repos;
}
