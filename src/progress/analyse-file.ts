import {ProgressAnalysis} from './analysis/index.ts';
import {ProgressFile} from './progress-file.ts';

/**
 * Reads a whole file of progress records into an analysis; one that is not there has none. Throws when it cannot be read.
 * `from`: when the job was submitted that reported it, Unix milliseconds, where there is one.
 */
export function analyseProgressFile(
  path: string,
  {from}: {readonly from?: number | undefined} = {},
): ProgressAnalysis {
  const file = new ProgressFile(path);
  const begin = () => new ProgressAnalysis({from, to: () => file.writtenAt});
  let analysis = begin();
  try {
    file.readAll({
      record: record => analysis.add(record),
      skipped: bytes => analysis.skip(bytes),
      reset: () => {
        analysis = begin();
      },
    });
  } finally {
    file.close();
  }
  return analysis;
}
