import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {copyPackage, type PackageCopy, ROOT, runNode} from './package-copy.ts';

describe('the layout of stint', () => {
  it('passes its own check, which saw every source file', () => {
    const {code, stdout, stderr} = runNode(join(ROOT, 'scripts/check-layout.mjs'));
    const names = readdirSync(join(ROOT, 'src'), {recursive: true, encoding: 'utf8'});
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain(`saw ${names.filter(name => name.endsWith('.ts')).length} modules`);
  });
}, 60_000);

describe('the layout check of a package that keeps the rules', () => {
  let copy: PackageCopy;
  beforeAll(() => {
    copy = copyPackage(SOUND);
  });
  afterAll(() => copy.remove());

  it('writes the table into ARCHITECTURE.md on demand, and then has nothing to say', () => {
    expect(check(copy, '--write')).toEqual({code: 0, stderr: ''});
    expect(check(copy)).toEqual({code: 0, stderr: ''});
    const written = readFileSync(join(copy.root, 'ARCHITECTURE.md'), 'utf8');
    expect(written).toMatch(/^# Layout\n<!-- import-table -->\n\| folder \|.*\n.*\n\| `base` \| nothing \|/);
    expect(written).toMatch(/\|\n<!-- \/import-table -->\nmore\n$/);
  });

  it('refuses rules that allow a circle', () => {
    const rules = {folders: {base: ['store'], store: ['base']}, modules: {}, words: {}};
    writeFileSync(join(copy.root, 'import-rules.json'), JSON.stringify(rules));
    expect(check(copy).stderr).toContain('allows a circle: base → store → base');
  });

  it('fails when the dependency checker saw fewer files than there are', () => {
    const blind = "module.exports = {forbidden: [], options: {exclude: {path: 'base'}}};\n";
    writeFileSync(join(copy.root, '.dependency-cruiser.cjs'), blind);
    const {code, stderr} = check(copy);
    expect(code).toBe(1);
    expect(stderr).toContain('src/base/index.ts: dependency-cruiser did not see this file');
  });
}, 60_000);

describe('the layout check of a package with faults', () => {
  let copy: PackageCopy;
  let stderr: string;
  beforeAll(() => {
    copy = copyPackage({...SOUND, ...FAULTS});
    const outcome = check(copy);
    expect(outcome.code).toBe(1);
    stderr = outcome.stderr;
  }, 60_000);
  afterAll(() => copy.remove());

  it('names the line of an import from a folder that the table does not allow, also of a type', () => {
    expect(stderr).toContain('src/journal/line.ts:2: imports ../store/index.ts (rule: folder journal)');
    expect(stderr).toContain('journal may import only base, platform.');
  });

  it('wants other folders to be imported through their index.ts', () => {
    const rule = 'door of another folder (from cli)';
    expect(stderr).toContain(`src/cli/main.ts:1: imports ../store/row.ts (rule: ${rule})`);
  });

  it('lets a test reach into any folder, but not use the packages that its folder may not', () => {
    const file = 'src/journal/line.test.ts';
    expect(stderr).not.toContain(`${file}:1`);
    expect(stderr).toContain(`${file}:2: imports better-sqlite3 (rule: module better-sqlite3)`);
    expect(stderr).toContain(`${file}:3: imports net (rule: module node:net)`);
  });

  it('treats a folder named testing as part of the tests, for which nothing else may use it', () => {
    expect(stderr).not.toContain('testing/rows.ts:');
    expect(stderr).toContain('src/base/four.ts:1: imports ./testing/rows.ts (rule: support of tests)');
  });

  it('finds circles, development dependencies, files outside src and imports that lead nowhere', () => {
    expect(stderr).toMatch(/src\/base\/(one|two)\.ts:1: imports in a circle/);
    expect(stderr).toContain('src/base/three.ts:1: imports fast-check (rule: development dependency)');
    expect(stderr).toContain('src/base/three.ts:2: imports ../../scripts/sources.mjs (rule: outside src)');
    expect(stderr).toContain('src/base/three.ts:3: imports ./gone.ts (rule: unresolved)');
  });

  it('finds a word where it may not be said, however it is said, and ignores comments and tests', () => {
    const lines = [...stderr.matchAll(/^src\/base\/(words.*?): says/gm)].map(([, at]) => at);
    expect(lines).toEqual(['words.ts:2', 'words.ts:3', 'words.ts:4', 'words.ts:5', 'words.ts:7']);
  });

  it('finds files that are too long, badly named or in no folder of the table', () => {
    expect(stderr).toContain('src/base/long.ts:401: has 401 lines');
    expect(stderr).toContain('src/full: holds 16 files; 15 is the limit');
    expect(stderr).toContain('src/base/utils.ts: is named "utils"');
    expect(stderr).toContain('src/base/camelCase.ts: camelCase.ts is not kebab-case');
    expect(stderr).toContain('src/other/one.ts: lies in no folder');
  });

  it('finds a table in ARCHITECTURE.md that differs from the rules', () => {
    expect(stderr).toContain('ARCHITECTURE.md:2: the import table differs from import-rules.json');
  });
});

function check(copy: PackageCopy, ...args: string[]) {
  const {code, stderr} = copy.run('scripts/check-layout.mjs', ...args);
  return {code, stderr};
}

const SOUND = {
  'ARCHITECTURE.md': '# Layout\n<!-- import-table -->\n<!-- /import-table -->\nmore\n',
  'src/base/index.ts': 'export const zero = 0;\n',
  'src/store/index.ts': "export {type Row, row} from './row.ts';\n",
  'src/store/row.ts':
    "import {zero} from '../base/index.ts';\nexport type Row = 0;\nexport const row: Row = zero;\n",
};

const FAULTS = {
  'src/journal/line.ts': "\nimport type {Row} from '../store/index.ts';\nexport type Line = Row;\n",
  'src/journal/line.test.ts': "import '../store/row.ts';\nimport 'better-sqlite3';\nimport 'node:net';\n",
  'src/cli/main.ts': "export {row} from '../store/row.ts';\n",
  'src/base/one.ts': "import type {Two} from './two.ts';\nexport type One = Two;\n",
  'src/base/two.ts': "import type {One} from './one.ts';\nexport type Two = One[];\n",
  'src/base/three.ts': "import 'fast-check';\nimport '../../scripts/sources.mjs';\nimport './gone.ts';\n",
  'src/base/four.ts': "import './testing/rows.ts';\n",
  'src/base/testing/rows.ts': "import 'fast-check';\nimport '../../store/row.ts';\n",
  'src/base/words.ts': [
    '// process.env',
    'export const a = process.env.A;',
    "export const b = process['env'];",
    'export const {env} = process;',
    'export const now = new Date();',
    'export const then = new Date(0);',
    'export const say = () => globalThis.console.error(1);',
    '',
  ].join('\n'),
  'src/base/words.test.ts': 'export const a = process.env.A;\n',
  'src/base/long.ts': '\n'.repeat(401),
  ...Object.fromEntries(Array.from({length: 16}, (_, at) => [`src/full/part-${at}.ts`, ''])),
  'src/base/utils.ts': '',
  'src/base/camelCase.ts': '',
  'src/other/one.ts': '',
};
