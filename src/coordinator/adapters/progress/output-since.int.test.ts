import {appendFileSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {outputSince} from './output-since.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

/** Looks at what each text adds; tells which were news. */
function newsOf(...added: readonly string[]): boolean[] {
  writeFileSync(directory.at('out'), '');
  let {bytes} = outputSince(directory.path, [0, 0]);
  return added.map(text => {
    appendFileSync(directory.at('out'), text);
    const seen = outputSince(directory.path, bytes);
    ({bytes} = seen);
    return seen.isNew;
  });
}

it('is new when it is another line than the one before, in any language', () => {
  expect(newsOf('wartet auf Grün\n', 'wartet auf Grün\n', '', 'Grün\n')).toEqual([true, false, false, true]);
});

it('is told by its end where it is much', () => {
  expect(newsOf('a\n', 'a\n'.repeat(50_000), 'a\n', `${'a\n'.repeat(50_000)}b\n`)).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

it('is looked at in both streams', () => {
  writeFileSync(directory.at('out'), 'a\n');
  writeFileSync(directory.at('err'), 'b\n');
  const {bytes} = outputSince(directory.path, [0, 0]);
  expect(bytes).toEqual([2, 2]);
  appendFileSync(directory.at('out'), 'a\n');
  expect(outputSince(directory.path, bytes).isNew).toBe(false);
  appendFileSync(directory.at('err'), 'c\n');
  expect(outputSince(directory.path, bytes)).toEqual({bytes: [4, 4], isNew: true});
});

it('is none of files that are gone, and all that there is of one that was cut', () => {
  expect(outputSince(directory.path, [7, 7])).toEqual({bytes: [0, 0], isNew: false});
  writeFileSync(directory.at('out'), 'a\n');
  expect(outputSince(directory.path, [7, 0])).toEqual({bytes: [2, 0], isNew: true});
});
