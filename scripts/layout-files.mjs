/** The part of the layout check that looks at each file by itself: where it lies, its name, its size. */
import {basename, dirname} from 'node:path';

const LONGEST = 400;
const LONGEST_TEST = 800;
const FULLEST = 15;
const AIM = {median: 80, p90: 200};
const EMPTY_NAMES = new Set([
  'utils',
  'util',
  'lib',
  'helpers',
  'common',
  'misc',
  'types',
  'interfaces',
  'manager',
]);

/** Every file lies in a folder of the table and has a name that says what is in it. */
export function checkNames(sources, rules) {
  const folders = Object.keys(rules.folders);
  const findings = [];
  for (const {file} of sources) {
    const below = file.slice('src/'.length);
    if (below.includes('/') && !folders.some(name => below.startsWith(`${name}/`))) {
      const remedy = 'Put it into one of the folders there, or give its folder a row.';
      findings.push({file, what: 'lies in no folder of import-rules.json.', remedy});
    }
    const parts = below.replace(/([.]int)?([.]test)?[.]ts$/, '').split('/');
    const empty = parts.find(part => EMPTY_NAMES.has(part));
    if (empty !== undefined) {
      findings.push({
        file,
        what: `is named "${empty}", which fits anything.`,
        remedy: 'Name it after the one thing it does.',
      });
    }
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(parts.at(-1))) {
      findings.push({
        file,
        what: `${basename(file)} is not kebab-case.`,
        remedy: 'Use a-z, 0-9 and - in file names.',
      });
    }
  }
  return findings;
}

/** No file is longer than a reader can hold in mind. */
export function checkSizes(sources) {
  return sources
    .map(source => ({...source, longest: source.isTest ? LONGEST_TEST : LONGEST}))
    .filter(({lines, longest}) => lines > longest)
    .map(({file, lines, longest}) => ({
      file,
      line: longest + 1,
      what: `has ${lines} lines; ${longest} is the limit.`,
      remedy: 'Find the second thought in it and give that a file of its own.',
    }));
}

/** A folder shows at a glance what is in it: tests are not counted, and its parts are folders within it. */
export function checkFolders(sources) {
  const counts = new Map();
  for (const {file, isTest} of sources)
    if (!isTest) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > FULLEST)
    .map(([folder, count]) => ({
      file: folder,
      what: `holds ${count} files; ${FULLEST} is the limit.`,
      remedy: 'Find its parts and give each a folder within it.',
    }));
}

/** How long files are, tests apart. */
export function sizeSummary(sources) {
  const sorted = sources.filter(({isTest}) => !isTest).sort((a, b) => a.lines - b.lines);
  if (sorted.length === 0) return 'no source files';
  const at = part => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].lines;
  const {lines, file} = sorted.at(-1);
  return `lines per file: median ${at(0.5)} (aim ${AIM.median}), p90 ${at(0.9)} (aim ${AIM.p90}), longest ${lines} (${file})`;
}
