/**
 * `npm run layout`: who imports whom, who says which word, how long files and how full folders are, and whether ARCHITECTURE.md tells it as
 * import-rules.json has it. `--write` writes the table in ARCHITECTURE.md instead of comparing it.
 *
 * A checker that sees no files finds no faults, so the files that dependency-cruiser saw are compared with those on
 * disk.
 */
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';

import {cruise} from 'dependency-cruiser';

import {checkImportTable} from './import-table.mjs';
import {checkFolders, checkNames, checkSizes, sizeSummary} from './layout-files.mjs';
import {checkWords} from './layout-words.mjs';
import {ROOT, readSources, report} from './sources.mjs';

const rules = JSON.parse(readFileSync(join(ROOT, 'import-rules.json'), 'utf8'));
const sources = readSources();
const {modules, summary} = await cruiseSources();

report('layout', [
  ...checkSeen(),
  ...importFindings(),
  ...checkNames(sources, rules),
  ...checkSizes(sources),
  ...checkFolders(sources),
  ...checkWords(sources, rules.words),
  ...checkImportTable(rules, process.argv.includes('--write')),
]);
console.log(
  `layout: saw ${seen().size} modules, ${summary.totalDependenciesCruised} imports; ${sizeSummary(sources)}`,
);

async function cruiseSources() {
  const {forbidden, options} = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs'));
  const {enhancedResolveOptions, ...others} = options;
  const {output} = await cruise(
    ['src'],
    {...others, baseDir: ROOT, ruleSet: {forbidden}, validate: true},
    enhancedResolveOptions,
  );
  return output;
}

function seen() {
  return new Set(
    modules.map(({source}) => source).filter(file => file.startsWith('src/') && file.endsWith('.ts')),
  );
}

function checkSeen() {
  const unseen = sources.filter(({file}) => !seen().has(file));
  const remedy = 'Its imports are not checked: see that dependency-cruiser works with this TypeScript.';
  if (sources.length === 0) return [{file: 'src', what: 'no .ts file was found.', remedy}];
  return unseen.map(({file}) => ({file, what: 'dependency-cruiser did not see this file.', remedy}));
}

function importFindings() {
  return summary.violations.map(({from, to, rule, cycle}) => {
    const specifier = modules
      .find(({source}) => source === from)
      ?.dependencies.find(({resolved}) => resolved === to)?.module;
    const {comment} = summary.ruleSetUsed.forbidden.find(({name}) => name === rule.name);
    const what =
      cycle === undefined
        ? `imports ${specifier ?? to}`
        : `imports in a circle: ${cycle.map(({name}) => name).join(' → ')}`;
    return {
      file: from,
      line: lineOf(from, specifier),
      what: `${what} (rule: ${rule.name}).`,
      remedy: comment,
    };
  });
}

function lineOf(file, specifier) {
  const lines = sources.find(source => source.file === file)?.text.split('\n') ?? [];
  const index = lines.findIndex(line => /['"](node:)?([^'"]*)['"]/.exec(line)?.[2] === specifier);
  return index < 0 ? undefined : index + 1;
}
