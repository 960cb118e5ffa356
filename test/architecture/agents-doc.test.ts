import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {expect, it} from 'vitest';

import {CLIENT_NAMES, CLIENTS, changeClient} from '../../src/agent-clients/index.ts';
import {CLIENT_WORDS} from '../../src/cli/definitions/agents.ts';
import {ROOT} from './package-copy.ts';

const DOCUMENT = readFileSync(join(ROOT, 'docs', 'agents.md'), 'utf8');

it.each(CLIENT_NAMES)('docs/agents.md shows what is written for %s, and into which file', client => {
  const {title, projectFiles} = CLIENTS[client];
  const section = DOCUMENT.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
  const snippet = /```(?:json|toml)\n([\s\S]*?)```/.exec(section)?.[1];
  const project = mkdtempSync(join(tmpdir(), 'stint-doc-'));
  try {
    const change = changeClient({client, wanted: 'there', project, force: false, dryRun: true});
    const written = change.diff.split('\n').filter(line => /^\+(?!\+\+ )/.test(line));
    expect(written.map(line => line.slice(1))).toEqual(snippet?.trimEnd().split('\n'));
    expect(readdirSync(project)).toEqual([]);
    for (const file of projectFiles) expect(section).toContain(`\`${file}\``);
  } finally {
    rmSync(project, {recursive: true});
  }
});

it('has a word of the command line for every client', () => {
  expect(CLIENT_WORDS).toEqual(CLIENT_NAMES);
});
