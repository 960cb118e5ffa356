/** The least that any command of stint costs. */
import {atMost} from './support/goals.mjs';
import {timeOf} from './support/processes.mjs';
import {medians} from './support/rounds.mjs';
import {BIN} from './support/stint.mjs';

export const name = 'version-command';
export const what = '`stint --version`';
export const against = '`node -e 0`';
export const goal = atMost(1.1);

export async function run({rounds}) {
  const took = await medians(
    {
      node: async () => timeOf(process.execPath, ['-e', '0']),
      version: async () => timeOf(process.execPath, [BIN, '--version']),
    },
    rounds(41),
  );
  return [
    {
      stint: `${took.version.toFixed(1)} ms`,
      against: `${against}: ${took.node.toFixed(1)} ms`,
      ratio: took.version / took.node,
    },
  ];
}
