/** What must hold for the log of a job, whatever happened to coordinators while it ran. */
import {expect} from 'vitest';

import {eventsOf} from './library-jobs.ts';
import type {JobRecord} from './sandbox.ts';

export interface ExpectedLog {
  /** Lines `out 0`, `out 1`, … on stdout and `err 0`, … on stderr; see fixtures/programs/numbered-lines.*. */
  readonly lines: number;
  readonly exitCode: number;
}

/** Nothing lost, nothing doubled, in order; one start, one end with the right code, one closing. */
export function expectWholeLog(records: readonly JobRecord[], {lines, exitCode}: ExpectedLog): void {
  const wrong = records.findIndex(({seq}, at) => seq !== at);
  expect({wrong, record: records[wrong]}).toEqual({wrong: -1, record: undefined});
  for (const [stream, word] of [
    ['stdout', 'out'],
    ['stderr', 'err'],
  ] as const) {
    const data = records.filter(({kind}) => kind === stream).map(record => record.data);
    const at = data.findIndex((line, number) => line !== `${word} ${number}`);
    expect({stream, at, line: data[at], count: data.length}).toEqual({stream, at: -1, count: lines});
  }
  const events = eventsOf(records);
  const lasting = events.filter(({event}) => event !== 'adopted');
  expect(lasting.map(({event}) => event)).toEqual(['started', 'finished', 'closed']);
  expect(lasting[1]).toMatchObject({exit_code: exitCode});
  expect(events[0]?.event).toBe('started');
  expect(records.at(-1)?.data).toEqual({event: 'closed'});
}
