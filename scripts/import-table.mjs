/** Keeps the tables in ARCHITECTURE.md equal to import-rules.json, and import-rules.json free of circles. */
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {ROOT} from './sources.mjs';

const FILE = 'ARCHITECTURE.md';
const [OPEN, CLOSE] = ['<!-- import-table -->', '<!-- /import-table -->'];

/** What is wrong with the rules and their published table; with `write` the table is written anew. */
export function checkImportTable(rules, write) {
  return [...checkRules(rules.folders), ...checkPublished(rules, write)];
}

function checkRules(folders) {
  const findings = [];
  const remedy = 'Correct import-rules.json.';
  const visit = (name, path) => {
    if (path.includes(name)) {
      findings.push({
        file: 'import-rules.json',
        what: `allows a circle: ${[...path, name].join(' → ')}.`,
        remedy,
      });
      return;
    }
    for (const next of folders[name]) {
      if (next === '*') continue;
      if (folders[next] === undefined)
        findings.push({
          file: 'import-rules.json',
          what: `"${name}" may import "${next}", which has no row.`,
          remedy,
        });
      else visit(next, [...path, name]);
    }
  };
  for (const name of Object.keys(folders)) visit(name, []);
  return findings;
}

function checkPublished(rules, write) {
  const path = join(ROOT, FILE);
  if (!existsSync(path))
    return [
      {
        file: FILE,
        what: 'is missing.',
        remedy: `Write it, with ${OPEN} and ${CLOSE} around its import table.`,
      },
    ];
  const text = readFileSync(path, 'utf8');
  const [from, to] = [text.indexOf(OPEN), text.indexOf(CLOSE)];
  if (from < 0 || to < from) {
    return [
      {
        file: FILE,
        what: 'has no place for the import table.',
        remedy: `Put ${OPEN} and ${CLOSE} on lines of their own, then run npm run layout -- --write`,
      },
    ];
  }
  const wanted = `${text.slice(0, from)}${OPEN}\n${tables(rules)}${text.slice(to)}`;
  if (squeeze(wanted) === squeeze(text)) return [];
  if (write) {
    writeFileSync(path, wanted);
    return [];
  }
  const line = text.slice(0, from).split('\n').length;
  return [
    {
      file: FILE,
      line,
      what: 'the import table differs from import-rules.json.',
      remedy: 'Run: npm run layout -- --write',
    },
  ];
}

/** Without what a formatter of Markdown may add or take away. */
function squeeze(text) {
  return text
    .replaceAll(/[ \t]*[|][ \t]*/g, '|')
    .replaceAll(/-+/g, '-')
    .replaceAll(/\n+/g, '\n');
}

function tables({folders, modules, words}) {
  const may = names => (names.includes('*') ? 'any folder' : names.map(code).join(', ') || 'nothing');
  return [
    '| folder | may import (through its `index.ts`) |',
    '|---|---|',
    ...Object.entries(folders).map(([name, allowed]) => `| ${code(name)} | ${may(allowed)} |`),
    '',
    '| package, builtin or word | only in |',
    '|---|---|',
    ...[...Object.entries(modules), ...Object.entries(words)].map(
      ([name, places]) => `| ${code(name)} | ${places.map(code).join(', ')} |`,
    ),
    '',
  ].join('\n');
}

function code(name) {
  return `\`${name}\``;
}
