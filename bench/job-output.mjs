/** What recording costs the job itself: nothing stands between it and the file that it writes to. */
import {atLeast} from './support/goals.mjs';
import {intoFile, throughStint} from './support/output-job.mjs';
import {remove, temporaryDirectory} from './support/place.mjs';
import {interleaved, median} from './support/rounds.mjs';
import {withStint} from './support/stint.mjs';

const LINES = 5_000_000;

export const name = 'job-output';
export const what = 'a job that prints 5 M lines of 80 bytes, as the job sees it';
export const against = 'the same command with `> file`';
export const goal = atLeast(0.9);

export async function run({rounds}) {
  const directory = temporaryDirectory();
  try {
    return await withStint(async stint => {
      const results = await interleaved(
        {file: () => intoFile(directory, LINES), stint: async () => (await throughStint(stint, LINES)).took},
        rounds(5),
      );
      const [file, recorded] = [median(results.file), median(results.stint)];
      return [{stint: rate(recorded), against: `${against}: ${rate(file)}`, ratio: file / recorded}];
    });
  } finally {
    remove(directory);
  }
}

function rate(ms) {
  return `${(LINES / ms / 1000).toFixed(1)} M lines/s`;
}
