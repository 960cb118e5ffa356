import {ProgressAnalysis} from './analysis/index.ts';
import {ProgressFile} from './progress-file.ts';

/** Reads a whole file of progress records into an analysis; one that is not there has none. Throws when it cannot be read. */
export function analyseProgressFile(path: string): ProgressAnalysis {
  let analysis = new ProgressAnalysis();
  const file = new ProgressFile(path);
  try {
    file.readAll({
      record: record => analysis.add(record),
      skipped: bytes => analysis.skip(bytes),
      reset: () => {
        analysis = new ProgressAnalysis();
      },
    });
  } finally {
    file.close();
  }
  return analysis;
}
