/** Changes where a job is recorded to run, in its journal and its file `pid`: another machine cannot be had in a test. */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import type {ProcessSpace} from '../../src/base/index.ts';

/** The bytes of `pid` that the wrapper may write. */
const ROOM = 32;

/** Nobody may be recording it meanwhile. */
export function recordSpace(directory: string, space: ProcessSpace): void {
  const journal = join(directory, 'output.jsonl');
  const lines = readFileSync(journal, 'utf8').split('\n');
  const moved = lines.map(line => {
    if (!line.includes('"event":"started"')) return line;
    const {data, ...record} = JSON.parse(line) as {readonly data: object};
    const {seq, ts, kind, ...rest} = record as Record<string, unknown>;
    return JSON.stringify({seq, ts, kind, data: {...data, ...space}, ...rest});
  });
  writeFileSync(journal, moved.join('\n'));
  foreseeSpace(directory, space);
}

/** Only what was known before the wrapper was born. */
export function foreseeSpace(directory: string, space: ProcessSpace): void {
  const path = join(directory, 'pid');
  const pid = readFileSync(path).subarray(0, ROOM);
  writeFileSync(path, Buffer.concat([pid, Buffer.from(`${JSON.stringify(space)}\n`)]));
}
