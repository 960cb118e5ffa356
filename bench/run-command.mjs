/** How long a person waits for `stint run -- true` to return. */
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

import {makeRepository} from './support/git.mjs';
import {atMost} from './support/goals.mjs';
import {NODES} from './support/nodes.mjs';
import {timeOf} from './support/processes.mjs';
import {medians} from './support/rounds.mjs';
import {BIN, withStint} from './support/stint.mjs';

export const name = 'run-command';
export const what = '`stint run -- true`';
export const against = '`node -e 0`';
export const goal = atMost(2);

export async function run({rounds}) {
  return withStint(async stint => {
    const repository = join(stint.root, 'repository');
    mkdirSync(repository);
    await makeRepository(repository);
    const young = NODES[1].program;
    const up = (cwd, node) => async () => {
      await stint.coordinator();
      const took = stintRun(stint, cwd, node);
      await stint.quiet();
      return took;
    };
    const down = cwd => async () => {
      await stint.end();
      const took = stintRun(stint, cwd);
      await stint.quiet();
      return took;
    };
    const took = await medians(
      {
        node: () => timeOf(process.execPath, ['-e', '0']),
        upPlain: up(stint.work),
        upGit: up(repository),
        downPlain: down(stint.work),
        downGit: down(repository),
        youngNode: () => timeOf(young, ['-e', '0']),
        young: up(stint.work, young),
      },
      rounds(21),
    );
    const row = (variant, where, limit, node = 'node') => ({
      what: `\`stint run -- true\`, ${where}`,
      stint: ms(took[variant]),
      against: `\`node -e 0\`: ${ms(took[node])}`,
      ratio: took[variant] / took[node],
      goal: atMost(limit),
    });
    const built = process.versions.node.split('.')[0];
    const onYoung = `coordinator up, outside git, on Node ${NODES[1].major}, built by Node ${built}`;
    return [
      row('upPlain', 'coordinator up, outside git', 2),
      row('upGit', 'coordinator up, in a git repository', 2),
      row('downPlain', 'coordinator not up, outside git', 5),
      row('downGit', 'coordinator not up, in a git repository', 5),
      row('young', onYoung, 2, 'youngNode'),
    ];
  });
}

function stintRun(stint, cwd, node = process.execPath) {
  const env = {...process.env, STINT_STATE_DIR: stint.state};
  return timeOf(node, [BIN, 'run', '--', 'true'], {cwd, env});
}

function ms(value) {
  return `${value.toFixed(1)} ms`;
}
