/** All situations. */
import type {Kind} from '../situation.ts';
import {RECORDED_STALLS} from './kind-1-recorded-stalls.ts';
import {STALLS_NEVER_FOUND} from './kind-2-stalls-never-found.ts';
import {FALSE_STALLS} from './kind-3-false-stalls.ts';
import {ENDS} from './kind-4-ends.ts';
import {ROWS} from './kind-5-rows-rate-eta.ts';
import {CLOCKS} from './kind-6-clocks-of-workers.ts';
import {FILES_AND_STATISTICS} from './kind-7-files-and-statistics.ts';
import {NEWER_WRITERS} from './kind-8-newer-writers.ts';
import {HELD_ALREADY} from './kind-9-held-already.ts';

export const KINDS: readonly Kind[] = [
  RECORDED_STALLS,
  STALLS_NEVER_FOUND,
  FALSE_STALLS,
  ENDS,
  ROWS,
  CLOCKS,
  FILES_AND_STATISTICS,
  NEWER_WRITERS,
  HELD_ALREADY,
];
