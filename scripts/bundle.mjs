/**
 * Bundles the command line and the coordinator into one CommonJS file each, which start faster than ES modules and than
 * many small files: a module that is imported dynamically is only run when it is asked for, and of the rest a code
 * cache brings only what a command needs. Packages that are large and rarely used, and commands that nobody waits for the
 * way one waits for `ls`, are files of their own; what such a command shares with others it has once more.
 *
 * Every package is bundled but better-sqlite3, which only some Nodes need. The coordinator has nothing in files of their own: it
 * runs for days and must not find those of a newer stint when it loads something late.
 */
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {isBuiltin} from 'node:module';
import {join} from 'node:path';

import {build} from 'rolldown';

/** The source file of each entry of the bundle, relative to the package. */
export const ENTRIES = {
  main: 'src/cli/main.ts',
  complete: 'src/cli/completion/main.ts',
  coordinator: 'src/coordinator/daemon/main.ts',
};

/** Packages that the command line loads from a file of their own. */
const APART = ['yaml'];

/** Packages whose other form loads its parts in a way that cannot be bundled. */
const AS_MODULES = {'jsonc-parser': 'jsonc-parser/lib/esm/main.js'};

/** Commands that it loads from a file of their own: the file, and their modules in `src/cli/commands`. */
const LATE_COMMANDS = {
  events: [
    ...['topics', 'append', 'read', 'tail', 'ack', 'compact', 'verify', 'describe'].map(
      name => `events/${name}`,
    ),
    'completion/topic-names',
  ],
  rarely: [
    ...['jobs/prune', 'jobs/stats', 'progress/report', 'agents/agent-guide'],
    ...['doctor', 'dump-store', 'backup', 'restore'].map(name => `upkeep/${name}`),
  ],
  mcp: ['agents/mcp'],
  clients: ['agents/mcp-install', 'agents/mcp-uninstall'],
};

/** Writes into `directory` the bundle, the coordinator's starter and the licences of what was bundled. */
export async function bundle(root, directory) {
  const inputs = Object.entries(ENTRIES).map(([name, file]) => [name, join(root, file)]);
  const chunks = [];
  const late = Object.keys(LATE_COMMANDS).map(name => [name, `${LATE_ENTRY}${name}`]);
  for (const [name, input] of [...inputs, ...late, ...APART.map(name => [name, name])]) {
    const {output} = await build({
      cwd: root,
      input: {[name]: input},
      platform: 'node',
      resolve: {alias: AS_MODULES},
      plugins: [
        withLateModules,
        ...(name === 'main' || name === 'complete' ? [withLateCommands(root)] : []),
        ...(name in LATE_COMMANDS ? [lateCommandsOf(root, name)] : []),
        ...(name === 'coordinator' || APART.includes(name) ? [] : [withPackagesApart]),
        inAscii,
      ],
      checks: {pluginTimings: false}, // a busy machine is no fault of the bundle
      onLog: (_level, log) => {
        throw new Error(`The bundle of ${name} cannot be made: ${log.message}`);
      },
      output: {
        dir: directory,
        format: 'cjs',
        exports: 'named',
        entryFileNames: '[name].cjs',
        codeSplitting: false,
        dynamicImportInCjs: false,
        comments: {legal: true, annotation: false, jsdoc: false},
      },
    });
    chunks.push(...output);
  }
  refuseOutsiders(chunks);
  writeFileSync(
    join(directory, 'coordinator-entry.cjs'),
    "require('../../bin/load.cjs').run('coordinator');\n",
  );
  writeFileSync(join(directory, 'THIRD-PARTY-LICENSES.txt'), licences(chunks));
}

/**
 * Loads a builtin, or a package in a file of its own, when it is first used: child_process, net and crypto take
 * milliseconds each, and most commands need none of them. Those that Node has loaded anyway stay as they are.
 */
const withLateModules = {
  name: 'with-late-modules',
  renderChunk: code => {
    let late = code.replaceAll(/^require\("node:[a-z0-9_/]+"\);\n/gm, ''); // left behind where every use was dropped
    for (const [line, name, id] of code.matchAll(
      /^let (\w+) = (require\("(?!node:fs"|node:path")(?:node:[a-z0-9_/]+|[.]\/\w+[.]cjs)"\));\n/gm,
    )) {
      const uses = new RegExp(`\\b${name}\\b`, 'g');
      const members = new RegExp(`\\b${name}[.]`, 'g');
      if (code.match(uses).length !== (code.match(members)?.length ?? 0) + 1) continue;
      late = late.replaceAll(members, `(${name}()).`); // in parentheses, for there may be a `new` before it
      late = late.replace(line, `let ${name}_loaded;\nconst ${name} = () => (${name}_loaded ??= ${id});\n`);
    }
    return late;
  },
};

/** V8 keeps a text with a character above U+00FF as two bytes each, which costs 3 ms at every start. */
const inAscii = {
  name: 'in-ascii',
  generateBundle: (_options, bundle) => {
    const escaped = unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
    for (const chunk of Object.values(bundle)) chunk.code = chunk.code.replace(/[^\0-\x7f]/g, escaped);
  },
};

const withPackagesApart = {
  name: 'with-packages-apart',
  resolveId: id => (APART.includes(id) ? {id: `./${id}.cjs`, external: true} : null),
};

const LATE_ENTRY = '\0late-commands-';

/** In place of a command that is in a file of its own there is one that loads it. */
function withLateCommands(root) {
  const places = Object.entries(LATE_COMMANDS).flatMap(([file, names]) =>
    names.map(name => [commandFile(root, name), {file, name: exportOf(name)}]),
  );
  const byId = new Map(places);
  return {
    name: 'with-late-commands',
    resolveId: id => (/^[.]\/\w+[.]cjs$/.test(id) ? {id, external: true} : null),
    load: id => {
      const place = byId.get(id);
      if (place === undefined) return null;
      const {file, name} = place;
      return `import {${name}} from './${file}.cjs'; export const run = (...given) => ${name}.run(...given);`;
    },
  };
}

/** The entry of such a file. */
function lateCommandsOf(root, file) {
  const lines = LATE_COMMANDS[file].map(
    name => `export * as ${exportOf(name)} from ${JSON.stringify(commandFile(root, name))};`,
  );
  return {
    name: 'late-commands-of',
    resolveId: id => (id.startsWith(LATE_ENTRY) ? id : null),
    load: id => (id === `${LATE_ENTRY}${file}` ? lines.join('\n') : null),
  };
}

function commandFile(root, name) {
  return join(root, 'src', 'cli', 'commands', `${name}.ts`);
}

function exportOf(name) {
  return name.replaceAll(/[-/]/g, '_');
}

/** A package that stayed outside would be looked up beside the bundle at run time, slowly or in vain. */
function refuseOutsiders(chunks) {
  const names = new Set(chunks.flatMap(({fileName}) => [fileName, `./${fileName}`]));
  for (const {fileName, imports, dynamicImports} of chunks) {
    const outside = [...imports, ...dynamicImports].filter(id => !isBuiltin(id) && !names.has(id));
    if (outside.length > 0)
      throw new Error(`${fileName} would load ${outside.join(', ')} from outside the bundle.`);
  }
}

function licences(chunks) {
  const packages = new Map();
  for (const id of chunks.flatMap(chunk => Object.keys(chunk.modules))) {
    const match = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(id);
    if (match) packages.set(match[2], match[1]);
  }
  return [...packages]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, at]) => `${name}\n\n${licenceOf(at)}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function licenceOf(packageDirectory) {
  const file = readdirSync(packageDirectory).find(name => /^licen[cs]e/i.test(name));
  if (file !== undefined) return readFileSync(join(packageDirectory, file), 'utf8').trim();
  return `License: ${JSON.parse(readFileSync(join(packageDirectory, 'package.json'), 'utf8')).license}`;
}
