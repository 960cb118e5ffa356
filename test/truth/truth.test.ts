/**
 * What stint says of running work, in situations whose truth is known because a script made it so. The table at the end
 * counts what was told rightly, wrongly and not at all. `TRUTH_KINDS=1,4` plays only those kinds, `TRUTH_NAMES=clock`
 * only those with a name that this pattern fits. `TRUTH_RESULTS` names a file to which each outcome is appended as a line of
 * JSON, and `TRUTH_BIN` another stint to be asked.
 */
import {appendFileSync, writeSync} from 'node:fs';

import {afterAll, describe, expect, it} from 'vitest';
import type {Verdict} from './judge.ts';
import {KINDS} from './kinds/index.ts';
import {type Outcome, Theatre} from './play.ts';
import type {Kind, Situation} from './situation.ts';
import {truthTable} from './table.ts';

const {TRUTH_KINDS, TRUTH_NAMES = '', TRUTH_RESULTS} = process.env;
const wanted = TRUTH_KINDS?.split(',');
const kinds = KINDS.filter((_, at) => wanted === undefined || wanted.includes(String(at + 1)));
const named = new RegExp(TRUTH_NAMES);
const theatre = new Theatre();
const verdicts = new Map(kinds.map(({title}) => [title, new Map<string, Verdict>()]));

afterAll(async () => {
  const rows = [...verdicts].map(([title, of]) => [title, [...of.values()]] as const);
  writeSync(1, `\n${truthTable(rows)}\n\n`);
  await theatre.dispose();
});

it('there are at least 120 situations, and 12 of each kind', () => {
  const counts = KINDS.map(({situations}) => situations.length);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(12);
  expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(120);
});

// All are begun here, so that several are played at once; each test waits for its own.
const played = kinds.map(kind => ({
  kind,
  situations: kind.situations
    .filter(({name}) => named.test(name))
    .map(situation => ({name: situation.name, outcome: outcomeOf(kind, situation)})),
}));

describe.each(played)('$kind.title: a job', ({kind, situations}) => {
  it.each(situations)('$name', async ({name, outcome}) => {
    const {verdict, faults} = await outcome();
    verdicts.get(kind.title)?.set(name, verdict);
    expect(faults).toEqual([]);
  });
});

/** What could not be played was not told rightly either. */
function outcomeOf(kind: Kind, situation: Situation): () => Promise<Outcome> {
  const outcome = theatre.play(situation).catch((error: unknown): Outcome => {
    return {verdict: 'wrong', faults: [`it was not played: ${String(error)}`]};
  });
  if (TRUTH_RESULTS !== undefined)
    void outcome.then(told => {
      appendFileSync(TRUTH_RESULTS, `${JSON.stringify({kind: kind.title, name: situation.name, ...told})}\n`);
    });
  return () => outcome;
}
