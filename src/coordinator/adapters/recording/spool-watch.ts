/** Tells when a job writes. */
import {existsSync} from 'node:fs';
import {join} from 'node:path';

import {type FileWatch, watchFile} from '../../../platform/index.ts';
import {JOB_FILES} from '../directory/job-paths.ts';
import type {SpoolStream} from './transcoding/spool-transcoder.ts';

const SPOOLS = [
  ['stdout', JOB_FILES.out],
  ['stderr', JOB_FILES.err],
] as const;

/** Of a job that never started nothing is told: it has no spool. */
export function watchSpool(directory: string, onChange: (stream: SpoolStream) => void): FileWatch {
  const watches = SPOOLS.flatMap(([stream, name]) => {
    const path = join(directory, name);
    return existsSync(path) ? [watchFile(path, () => onChange(stream))] : [];
  });
  return {
    close: () => {
      for (const watch of watches) watch.close();
    },
  };
}
