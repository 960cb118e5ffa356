/** How long a person waits between Tab and an address where much was run. */
import {join} from 'node:path';

import {makeRepository} from './support/git.mjs';
import {atMost} from './support/goals.mjs';
import {timeOf} from './support/processes.mjs';
import {medians} from './support/rounds.mjs';
import {BIN, withStint} from './support/stint.mjs';

const INVOCATIONS = 300;
const WORKTREES = 30;

export const name = 'completion';
export const what = 'completing an address, 300 invocations over 30 worktrees';
export const against = '`node -e 0`';
export const goal = atMost(1.4);

/** What the shells ask, with and without descriptions of what is offered. */
const ASKED = {
  bash: ['bash', 'stint logs jo'],
  zsh: ['zsh', 'stint logs '],
};

export async function run({rounds}) {
  return withStint(async stint => {
    stint.place = await makeRepository(stint.work, stint.repo);
    for (let at = 0; at < INVOCATIONS; at++) {
      const number = at % WORKTREES;
      const worktree = number === 0 ? stint.work : join(stint.root, `worktree-${number}`);
      const checkout = {worktree, branch: `topic/number-${number}`, commit: null, dirty: null};
      await stint.submit(['true'], {checkout});
    }
    await stint.quiet();
    const env = {...process.env, STINT_STATE_DIR: stint.state};
    const complete = words => () =>
      timeOf(process.execPath, [BIN, '__complete', ...words], {cwd: stint.work, env});
    const took = await medians(
      {
        node: () => timeOf(process.execPath, ['-e', '0']),
        bash: complete(ASKED.bash),
        zsh: complete(ASKED.zsh),
      },
      rounds(31),
    );
    return Object.keys(ASKED).map(shell => ({
      what: `${what}, ${shell}`,
      stint: `${took[shell].toFixed(1)} ms`,
      against: `\`node -e 0\`: ${took.node.toFixed(1)} ms`,
      ratio: took[shell] / took.node,
    }));
  });
}
