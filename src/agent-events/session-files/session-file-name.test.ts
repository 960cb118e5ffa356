import {join} from 'node:path';

import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {segmentPath} from '../../journal/index.ts';
import {sessionFileName} from './session-file-name.ts';

const SIDES = ['.torn', '.idx', '.lock'];

/** Texts of every kind of code unit, and texts made of what the names of files are made of. */
const ids = fc.oneof(
  fc.uuid(),
  fc.array(fc.integer({min: 0, max: 0xffff}), {maxLength: 40}).map(codes => String.fromCharCode(...codes)),
  fc
    .array(
      fc.constantFrom(
        'a',
        'b',
        '-',
        '-000001',
        '-000002',
        '.',
        '.torn',
        '.idx',
        '.lock',
        '.jsonl',
        '%2D',
        '%2E',
        '%',
        '/',
      ),
      {maxLength: 6},
    )
    .map(parts => parts.join('')),
  fc
    .tuple(fc.constantFrom('x', '/', '💥', '\ud800'), fc.integer({min: 90, max: 10_000}))
    .map(([text, n]) => text.repeat(n)),
);

/** Often one is the beginning of the other. */
const pairs = fc.oneof(
  fc.tuple(ids, ids),
  fc
    .tuple(
      ids,
      fc.constantFrom('-000001', '-000002', '-1000000', '.torn', '.idx', '.jsonl', '%', '-000001.lock'),
    )
    .map(([id, more]) => [id, id + more] as const),
);

/** All names that belong to a session, with a side file's ending in either place. */
function namesOf(id: string): string[] {
  const files = [0, 1, 2, 999_999, 1_000_000].map(segment => segmentPath(sessionFileName(id), segment));
  const sides = SIDES.flatMap(side =>
    files.flatMap(file => [
      `${file}${side}`,
      file.replace(/\.jsonl$/, side),
      file.replace(/\.jsonl$/, `${side}.jsonl`),
    ]),
  );
  return [...files, ...new Set(sides)];
}

describe('sessionFileName', () => {
  it.each([
    ['3f2504e0-4f89-41d3-9a0c-0305e82c3301', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
    ['sess_2.0-b', 'sess_2.0-b'],
    ['a-00001', 'a-00001'],
    ['000001', '000001'],
    ['a-000001', 'a%2D000001'],
    ['3f2504e0-4f89-41d3-9a0c-030502030301', '3f2504e0-4f89-41d3-9a0c%2D030502030301'],
    ['a.torn', 'a%2Etorn'],
    ['a.jsonl', 'a%2Ejsonl'],
    ['', '%'],
    ['..', '%2E.'],
    ['../../x', '%2E.%2F..%2Fx'],
    ['a\0b', 'a%00b'],
    ['é', '%C3%A9'],
    ['\ud800', '%ED%A0%80'],
  ])('of %j has %s in it', (id, component) => {
    expect(sessionFileName(id)).toBe(`event_log-${component}.jsonl`);
  });

  it('stays in its directory and short enough for every file system, whatever the id', () => {
    fc.assert(
      fc.property(ids, id => {
        for (const name of namesOf(id)) {
          expect(join('/d', name)).toBe(`/d/${name}`);
          expect(name).toMatch(/^event_log-[A-Za-z0-9._%~-]+$/);
          expect(name.length).toBeLessThan(200);
        }
      }),
      {numRuns: 500},
    );
  });

  it('of distinct ids are distinct, and so are the names of their segments and side files', () => {
    fc.assert(
      fc.property(pairs, ([id, other]) => {
        fc.pre(id !== other);
        const taken = new Set(namesOf(id));
        expect(namesOf(other).filter(name => taken.has(name))).toEqual([]);
      }),
      {numRuns: 3000},
    );
  });

  it('is no other name of the same session', () => {
    fc.assert(
      fc.property(ids, id => {
        expect(namesOf(id).filter(name => name === sessionFileName(id))).toHaveLength(1);
      }),
    );
  });
});
