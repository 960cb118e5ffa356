/** Whatever a journal holds, a search that passes over chunks finds what one that looks at every record finds. */
import {writeFileSync} from 'node:fs';

import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {parsePattern} from '../../../base/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {wholeLog} from '../log-filter.ts';
import {mayHold, needleOf} from './hidden-text.ts';
import {MatchingLines} from './matching-lines.ts';
import {selectedEntries} from './selected-entries.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

/** The numbers of the records that are found. */
function found(journal: string, text: string, isFast: boolean): number[] {
  const filter = wholeLog({status: false});
  const stage = new MatchingLines({pattern: parsePattern(text, '--grep'), context: 0});
  const needle = needleOf(text);
  const passOver =
    isFast && needle !== undefined ? (chunk: Buffer) => stage.hasOpen || mayHold(chunk, needle) : undefined;
  const batches = [...selectedEntries({journal, filter, stage, mayHold: passOver})];
  return batches.flat().map(({record}) => record.seq);
}

const KEYS = [
  '',
  ',"late":true',
  ',"spool":[12,3]',
  ',"late":true,"spool":[1,2]',
  ',"order":"unknown"',
  ',"crlf":true',
];

const records = fc.array(
  fc.record({
    kind: fc.constantFrom('stdout', 'stderr'),
    data: fc.constantFrom('ne', 'edle', 'needle', 'x needle y', 'n"e', 'end base64', 'unknown', '64', 'xxx'),
    form: fc.constantFrom('whole', 'whole', 'whole', 'partial', 'base64', 'partial base64'),
    keys: fc.constantFrom(...KEYS),
    /** So many lines between it and the next. */
    far: fc.constantFrom(0, 0, 0, 1500),
  }),
  {maxLength: 12},
);

it('finds in random journals what is there', () => {
  fc.assert(
    fc.property(records, written => {
      let seq = 0;
      const lines: string[] = [];
      const add = (kind: string, data: string, more: string) =>
        lines.push(`{"seq":${seq++},"ts":1,"kind":"${kind}","data":${JSON.stringify(data)}${more}}`);
      for (const {kind, data, form, keys, far} of written) {
        const isCoded = form.includes('base64');
        const partial = form.includes('partial') ? ',"partial":true' : '';
        const text = isCoded ? Buffer.from(data).toString('base64') : data;
        add(kind, text, `${partial}${isCoded ? ',"enc":"base64"' : ''}${keys}`);
        for (let at = 0; at < far; at++) add('stdout', `line ${at} of many that are in between`, '');
      }
      const journal = directory.at('output.jsonl');
      writeFileSync(journal, lines.map(line => `${line}\n`).join(''), {mode: 0o600});
      expect(found(journal, 'needle', true)).toEqual(found(journal, 'needle', false));
      expect(found(journal, 'n"e', true)).toEqual(found(journal, 'n"e', false));
    }),
    {numRuns: 40},
  );
});

it('finds what a cut of a long line divides', () => {
  const rest = 'x'.repeat(65_530);
  const lines = [
    `{"seq":0,"ts":1,"kind":"stdout","data":"${rest}needl","partial":true}`,
    ...Array.from({length: 2000}, (_, at) => `{"seq":${at + 1},"ts":1,"kind":"stderr","data":"between"}`),
    '{"seq":2001,"ts":1,"kind":"stdout","data":"e and on"}',
  ];
  const journal = directory.at('output.jsonl');
  writeFileSync(journal, lines.map(line => `${line}\n`).join(''), {mode: 0o600});
  expect(found(journal, 'needle', true)).toEqual([0, 2001]);
});

describe('what of a text is looked for', () => {
  it.each([
    ['plain', 'plain'],
    ['the text that is looked for', 'xt that is looked for'],
    ['say "hi"\\', '\\"hi\\"\\\\'],
    ['tab\there it is', 'here it is'],
    ['größe 🚀', 'öße 🚀'],
  ])('of %j it is %j', (text, expected) => {
    expect(needleOf(text)?.toString()).toBe(expected);
  });

  it('is nothing where nothing stands as it is', () => {
    expect(['', '\t', '\u001b', '\ud800'].map(needleOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
