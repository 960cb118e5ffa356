/** What the house does in one place only: a second one of the kind fails here. Words as they stand in the code, tests left out. */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {expect, it} from 'vitest';

const SRC = join(import.meta.dirname, '..', '..', 'src');

/** What is done in one place, how it is recognised, and the files where alone that may stand. */
const MECHANISMS: readonly (readonly [what: string, word: RegExp, places: readonly string[]])[] = [
  ['what a newline is', /const (NEWLINE|LF|LINE_FEED|CR|CARRIAGE_RETURN) = |\b0x0a\b/, ['base/lines.ts']],
  ['where a line ends', /[iI]ndexOf\((NEWLINE|LF|10|0x0a)\b/, ['base/lines.ts']],
  ['reading the lines of a file', /\bclass LineReader\b|node:readline/, ['platform/lines/line-reader.ts']],
];

it.each(MECHANISMS)('%s stands in one place', (_, word, places) => {
  const found = sources().filter(file => word.test(readFileSync(join(SRC, file), 'utf8')));
  expect(found.sort()).toEqual([...places].sort());
});

function sources(): string[] {
  return readdirSync(SRC, {recursive: true, encoding: 'utf8'}).filter(
    file => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.split('/').includes('testing'),
  );
}
