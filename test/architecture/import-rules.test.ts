import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {expect, it} from 'vitest';

import {ROOT} from './package-copy.ts';

const {folders} = JSON.parse(readFileSync(join(ROOT, 'import-rules.json'), 'utf8')) as {
  folders: Record<string, string[]>;
};
const folderOf = (file: string) => Object.keys(folders).find(name => file.startsWith(`src/${name}/`));

it('allows no import that nobody does: it would stand open for whoever comes next', () => {
  const done = new Set<string>();
  for (const name of readdirSync(join(ROOT, 'src'), {recursive: true, encoding: 'utf8'})) {
    if (!name.endsWith('.ts') || /[.]test[.]ts$|[/]testing[/]/.test(name)) continue;
    const file = `src/${name}`;
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, path = ''] of text.matchAll(/ from '([.][^']+)'/g))
      done.add(`${folderOf(file)} → ${folderOf(join(dirname(file), path))}`);
  }
  const allowed = Object.entries(folders).flatMap(([folder, names]) =>
    names.filter(name => name !== '*').map(name => `${folder} → ${name}`),
  );
  expect(allowed.filter(rule => !done.has(rule))).toEqual([]);
});
