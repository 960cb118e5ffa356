import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {copyPackage, type Outcome, type PackageCopy} from './package-copy.ts';

const refused = snippets('sql-refused.txt');
const accepted = snippets('sql-accepted.txt');
let copy: PackageCopy;
let outcome: Outcome;
beforeAll(() => {
  copy = copyPackage({
    ...Object.fromEntries(refused.map((text, index) => [`src/store/refused-${index}.ts`, `\n${text}\n`])),
    ...Object.fromEntries(accepted.map((text, index) => [`src/store/accepted-${index}.ts`, `\n${text}\n`])),
  });
  outcome = copy.run('scripts/check-sql.mjs');
});
afterAll(() => copy.remove());

describe('the SQL check', () => {
  it('sees every file', () => {
    expect(outcome.stdout).toBe(`sql: saw ${refused.length + accepted.length} files\n`);
  });

  it('finds every way to put SQL together from pieces', () => {
    expect(outcome.code).toBe(1);
    expect(
      refused.filter((_, index) => !outcome.stderr.includes(`src/store/refused-${index}.ts:2: `)),
    ).toEqual([]);
  });

  it('accepts constant statements, patterns and sentences that begin like a statement', () => {
    expect(accepted.filter((_, index) => outcome.stderr.includes(`accepted-${index}.ts`))).toEqual([]);
  });

  it('says how a statement was put together, and what to do instead', () => {
    expect(outcome.stderr).toContain('refused-0.ts:2: .prepare() is given SQL put together by a template');
    expect(outcome.stderr).toContain('bind the values');
  });

  it('fails when there is no file to look at', () => {
    const empty = copyPackage({'src/store/0001-jobs.sql': ''});
    expect(empty.run('scripts/check-sql.mjs').code).toBe(1);
    empty.remove();
  });
});

/** One snippet a line. */
function snippets(file: string): string[] {
  return readFileSync(join(import.meta.dirname, file), 'utf8')
    .trimEnd()
    .split('\n');
}
