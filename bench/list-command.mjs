/** How long a person waits for `stint ls` where much was run. */
import {join} from 'node:path';

import {makeRepository} from './support/git.mjs';
import {atMost} from './support/goals.mjs';
import {NODES} from './support/nodes.mjs';
import {timeOf} from './support/processes.mjs';
import {medians} from './support/rounds.mjs';
import {BIN, withStint} from './support/stint.mjs';

const INVOCATIONS = 300;
const WORKTREES = 30;

export const name = 'list-command';
export const what = '`stint ls`, 300 invocations over 30 worktrees';
export const against = '`node -e 0`';
export const goal = atMost(1.5);

export async function run({rounds}) {
  return withStint(async stint => {
    stint.place = await makeRepository(stint.work, stint.repo);
    for (let at = 0; at < INVOCATIONS; at++) await stint.submit(['true'], {checkout: checkoutOf(stint, at)});
    await stint.quiet();
    const list = async (node = process.execPath) =>
      timeOf(node, [BIN, 'ls'], {cwd: stint.work, env: {...process.env, STINT_STATE_DIR: stint.state}});
    const young = NODES[1].program;
    const took = await medians(
      {
        node: () => timeOf(process.execPath, ['-e', '0']),
        up: async () => {
          await stint.coordinator();
          return list();
        },
        down: async () => {
          await stint.end();
          return list();
        },
        youngNode: () => timeOf(young, ['-e', '0']),
        young: async () => {
          await stint.coordinator();
          return list(young);
        },
      },
      rounds(31),
    );
    const row = (variant, where, node = 'node') => ({
      what: `${what}, coordinator ${where}`,
      stint: ms(took[variant]),
      against: `\`node -e 0\`: ${ms(took[node])}`,
      ratio: took[variant] / took[node],
    });
    const onYoung = `up, on Node ${NODES[1].major}, built by Node ${process.versions.node.split('.')[0]}`;
    return [
      row('up', 'up'),
      row('down', 'not up'),
      {...row('young', onYoung, 'youngNode'), goal: atMost(1.4)},
    ];
  });
}

function checkoutOf(stint, at) {
  const number = at % WORKTREES;
  return {
    worktree: number === 0 ? stint.work : join(stint.root, `worktree-${number}`),
    branch: number === 0 ? 'main' : `topic/number-${number}`,
    commit: '0123456789abcdef0123456789abcdef01234567',
    dirty: at % 2 === 0,
  };
}

function ms(value) {
  return `${value.toFixed(1)} ms`;
}
