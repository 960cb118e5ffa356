import {StintError} from '../../../base/index.ts';

/** A file of the log that does not hold what was written there. `range` is in bytes, its end not included. */
export function damaged(file: string, why: string, range?: readonly [number, number]): StintError {
  const place = range === undefined ? file : `${file}, bytes ${range[0]} to ${range[1]}`;
  return new StintError('STORE_CORRUPT', `The event log is damaged: ${place}: ${why}.`, {
    hint: 'The entries before and behind it are not lost: every line of the file is one.',
    details: range === undefined ? {file} : {file, from_byte: range[0], to_byte: range[1]},
  });
}
