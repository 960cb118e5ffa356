/** Looking into a long log: searching a fixed text, and its last lines. */
import {statSync} from 'node:fs';
import {join} from 'node:path';

import {atLeast, atMost} from './support/goals.mjs';
import {printing} from './support/output-job.mjs';
import {timeOf} from './support/processes.mjs';
import {medians} from './support/rounds.mjs';
import {BIN, withStint} from './support/stint.mjs';

/** A journal of 1 GB: a line of 80 bytes is one of 137. */
const LINES = 7_500_000;
const FEW_LINES = 1000;
/** Only one line holds it, the last. */
const TEXT = 'the text that is looked for';

export const name = 'log-search';
export const what = '`stint logs --grep` of a fixed text';
export const against = '`grep -F` on the same journal';
export const goal = atLeast(0.25);

export async function run({quick, rounds}) {
  return withStint(async stint => {
    const lines = quick ? LINES / 5 : LINES;
    const long = await printed(stint, lines);
    const short = await printed(stint, FEW_LINES);
    const files = stint.journalOf(long);
    const size = files.reduce((sum, file) => sum + statSync(file).size, 0);
    const logs = ({invocation}, ...args) =>
      timeOf(process.execPath, [BIN, 'logs', invocation, ...args], {
        cwd: stint.work,
        env: {...process.env, STINT_STATE_DIR: stint.state},
      });
    const took = await medians(
      {
        grep: () => timeOf('grep', ['-F', TEXT, ...files]),
        search: () => logs(long, '--grep', TEXT),
        expression: () => logs(long, '--grep', 'lo*ked for$'),
        tail: () => logs(long, '--tail', '20'),
        shortTail: () => logs(short, '--tail', '20'),
      },
      rounds(9),
    );
    const journal = `a journal of ${(size / 1e9).toFixed(1)} GB`;
    return [
      row(`${what}, ${journal}`, took.search, took.grep),
      {
        ...row('the same of a regular expression with a fixed part', took.expression, took.grep),
        goal: undefined,
      },
      {
        what: `\`stint logs --tail 20\`, ${journal}`,
        stint: ms(took.tail),
        against: `of a journal of ${FEW_LINES} lines: ${ms(took.shortTail)}`,
        ratio: took.tail / took.shortTail,
        goal: atMost(1.3),
      },
    ];
  });
}

/** Runs a job that prints so many lines and the text; resolves with its key when its log is complete. */
async function printed(stint, lines) {
  const print = printing(lines, join(stint.root, `report-${lines}`));
  const key = await stint.submit(['sh', '-c', `"$@"; echo '${TEXT}'`, 'sh', ...print]);
  await stint.quiet();
  return key;
}

/** How many times as fast as the other it is. */
function row(label, took, other) {
  return {what: label, stint: ms(took), against: `${against}: ${ms(other)}`, ratio: other / took};
}

function ms(value) {
  return `${value.toFixed(0)} ms`;
}
