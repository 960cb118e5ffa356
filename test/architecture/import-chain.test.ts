/** A command is a few steps from the entry to the words that are printed: whoever reads one can hold them in mind. */
import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {expect, it} from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const MOST = 6;

it(`no chain of imports inside the command line is longer than ${MOST} files`, () => {
  const imports = importsInside('src/cli');
  expect(imports.get('src/cli/main.ts')).toContain('src/cli/commands/jobs/run.ts'); // import() counts
  const longest = [...imports.keys()]
    .map(file => chainFrom(file, imports, new Map()))
    .reduce((one, other) => (other.length > one.length ? other : one));
  expect(longest.length, longest.join(' → ')).toBeLessThanOrEqual(MOST);
});

/** Of each file, tests left out, those that it imports, also for their types alone or when it needs them. */
function importsInside(folder: string): ReadonlyMap<string, readonly string[]> {
  const names = readdirSync(join(ROOT, folder), {recursive: true, encoding: 'utf8'});
  const files = names
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map(name => join(folder, name));
  return new Map(files.map(file => [file, importedBy(file).filter(each => files.includes(each))]));
}

function importedBy(file: string): string[] {
  const specifiers = readFileSync(join(ROOT, file), 'utf8').matchAll(/(?:\bfrom |\bimport\()'(\.[^']+)'/g);
  return [...specifiers].map(([, specifier = '']) => join(dirname(file), specifier));
}

/** There are no circles: `npm run layout` refuses them. */
function chainFrom(
  file: string,
  imports: ReadonlyMap<string, readonly string[]>,
  known: Map<string, readonly string[]>,
): readonly string[] {
  const before = known.get(file);
  if (before !== undefined) return before;
  const rests = (imports.get(file) ?? []).map(each => chainFrom(each, imports, known));
  const chain = [file, ...rests.reduce((one, other) => (other.length > one.length ? other : one), [])];
  known.set(file, chain);
  return chain;
}
