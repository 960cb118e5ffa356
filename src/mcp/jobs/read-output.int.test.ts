import {writeFileSync} from 'node:fs';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {parsePattern} from '../../base/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import type {OutputWish} from './output-part.ts';
import {type ReadOutput, readOutput} from './read-output.ts';

let directory: TemporaryDirectory;
let job: ListedJob;
beforeEach(() => {
  directory = temporaryDirectory();
  job = {journal: directory.at('output.jsonl'), directory: directory.path} as ListedJob;
});
afterEach(() => directory.remove());

interface Written {
  readonly data: string;
  readonly kind?: 'stdout' | 'stderr';
  readonly partial?: true;
}

function write(lines: readonly Written[]): void {
  const records = [
    {kind: 'status', data: {event: 'started'}},
    ...lines.map(({data, kind = 'stdout', partial}) => ({kind, data, partial})),
  ];
  const text = records.map((record, seq) => `${JSON.stringify({seq, ts: 1, ...record})}\n`);
  writeFileSync(job.journal, text.join(''), {mode: 0o600});
}

const LINES = 10_000;
const many = () =>
  Array.from({length: LINES}, (_, at): Written => {
    const kind = at % 997 === 0 ? 'stderr' : 'stdout';
    return {data: `${at % 7 === 0 ? 'error' : 'word'} ${at} ${'.'.repeat(50)}`, kind};
  });

const grep = (text: string, context = 0) => ({pattern: parsePattern(text, 'grep'), context});

/** All answers, as one gets them who goes on where the one before stopped. */
async function answers(
  wish: OutputWish,
  next: (read: ReadOutput) => Partial<OutputWish> | undefined,
): Promise<ReadOutput[]> {
  const reads = [];
  for (
    let more: Partial<OutputWish> | undefined = {};
    more !== undefined;
    more = next(reads.at(-1) as ReadOutput)
  ) {
    reads.push(await readOutput(job, {...wish, ...more}));
    if (reads.length > 200) throw new Error('it gets nowhere');
  }
  return reads;
}

const WHOLE = {tail: 1e6, maxBytes: 1e7};
const further = ({before}: ReadOutput) => (before === undefined ? undefined : {before});
const onwards = ({behind, cursor}: ReadOutput) => (behind === 0 ? undefined : {since: cursor});

it.each([
  ['a plain text', {grep: grep('error')}],
  ['a pattern', {grep: grep('e.+r \\d*5 ')}],
  ['a pattern in the rarer stream', {grep: grep('.'), stream: 'stderr'}],
] as const)('finds each line with %s once, going on to the begin and to the end', async (_, asked) => {
  write(many());
  const expected = (await readOutput(job, {...WHOLE, ...asked, work: 1e9})).text;
  expect(expected.split('\n').length).toBeGreaterThan(10);
  const back = await answers({...WHOLE, ...asked, work: 200_000}, further);
  expect(back.length).toBeGreaterThan(1);
  expect(
    back
      .map(({text}) => text)
      .reverse()
      .join(''),
  ).toBe(expected);
  const forth = await answers({...WHOLE, ...asked, work: 200_000, since: '.'}, onwards);
  expect(forth.length).toBeGreaterThan(1);
  expect(forth.map(({text}) => text).join('')).toBe(expected);
});

it('of one stream gives the last lines, counts those that fit, and says where the rest may be', async () => {
  write(many());
  const wish = {tail: 5, maxBytes: 2000, stream: 'stderr', work: 200_000} as const;
  const [first, ...more] = await answers(wish, further);
  expect(first?.text.trimEnd().split('\n').at(-1)).toMatch(/9970 /);
  const all = [first, ...more].reduce((sum, each) => {
    const lines = each?.text.split('\n').length ?? 1;
    return sum + lines - 1 + (each?.leftOut ?? 0);
  }, 0);
  expect(all).toBe(Math.ceil(LINES / 997));
});

it('counts no lines of the other stream as left out', async () => {
  write(
    Array.from({length: 3000}, (_, at): Written => ({data: `${at}`, kind: at < 2 ? 'stderr' : 'stdout'})),
  );
  expect(await readOutput(job, {tail: 40, maxBytes: 2000, stream: 'stderr'})).toMatchObject({
    text: '0\n1\n',
    leftOut: 0,
    before: undefined,
  });
  const plain = await readOutput(job, {tail: 40, maxBytes: 2000});
  expect(plain).toMatchObject({leftOut: 2960, before: undefined});
});

it('gets over a line that is longer than what is looked at, and over numbers that are missing', async () => {
  const piece = {data: 'x'.repeat(65_536), partial: true} as const;
  write([
    {data: 'first match'},
    ...Array.from({length: 40}, () => piece),
    {data: 'end'},
    {data: 'last match'},
  ]);
  const forth = await answers({...WHOLE, grep: grep('mat.h'), work: 200_000, since: '.'}, onwards);
  expect(forth.map(({text}) => text).join('')).toBe('first match\nlast match\n');
});

it('what is old has no cursor, and what is before the begin is nothing', async () => {
  write(many());
  expect(await readOutput(job, {...WHOLE, before: 3})).toMatchObject({cursor: undefined, leftOut: 0});
  expect((await readOutput(job, {...WHOLE, before: 3})).text.split('\n')).toHaveLength(3);
  expect((await readOutput(job, {...WHOLE, before: 0})).text).toBe('');
});
