/**
 * dependency-cruiser's rules, generated from import-rules.json (see ARCHITECTURE.md). `npm run layout` runs them and
 * adds the line and what a rule cannot see; `npx depcruise src` runs them alone.
 *
 * Tests, and what lies in a folder `testing` for them, may reach into any folder of ours, but the packages and builtins
 * they import count like their folder's.
 */
const {folders, modules} = require('./import-rules.json');

const names = Object.keys(folders);
const notTests = '([.]test[.]ts$)|(/testing/)';

module.exports = {
  forbidden: [
    ...names.flatMap(folderRules),
    {
      name: 'public door',
      comment: 'src/index.ts may only import the index.ts of a folder, or its public.ts.',
      from: {path: '^src/[^/]+[.]ts$', pathNot: notTests},
      to: {path: '^src/.+/', pathNot: [...doors(names), '/public[.]ts$']},
    },
    {
      name: 'outside src',
      comment: 'What the program needs lies under src: move it there.',
      from: {path: '^src/', pathNot: notTests},
      to: {dependencyTypes: ['local'], pathNot: '^src/'},
    },
    {
      name: 'support of tests',
      comment: 'A folder `testing` is not published: only tests may import it.',
      from: {path: '^src/', pathNot: notTests},
      to: {path: '^src/.*/testing/'},
    },
    ...Object.entries(modules).map(moduleRule),
    {
      name: 'development dependency',
      comment:
        'Only tests may use it, and what is only in the bundle (src/mcp, src/agent-clients); what the library needs stands in package.json under "dependencies".',
      from: {path: '^src/', pathNot: [notTests, inside('mcp'), inside('agent-clients')]},
      to: {dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer']},
    },
    {
      name: 'cycle',
      comment: 'Move what both need into a file of its own (types count too).',
      from: {path: '^src/'},
      to: {circular: true},
    },
    {
      name: 'unresolved',
      comment: 'No such file or package. Our own files are imported by their full name, with .ts.',
      from: {path: '^src/'},
      to: {couldNotResolve: true},
    },
  ],
  options: {
    doNotFollow: {path: 'node_modules'},
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
    },
  },
};

function folderRules(name) {
  const allowed = folders[name].includes('*') ? names : folders[name];
  const from = {path: inside(name), pathNot: notTests};
  const may =
    allowed.length > 0 && allowed.length < names.length ? `only ${allowed.join(', ')}` : 'no other folder';
  return [
    {
      name: `folder ${name}`,
      comment: `${name} may import ${may}. Move the code to where it belongs, or pass what is needed as an argument.`,
      from,
      to: {path: '^src/', pathNot: [inside(name), ...allowed.map(inside)]},
    },
    {
      name: `door of another folder (from ${name})`,
      comment: 'Import another folder through its index.ts; if the name is missing there, export it.',
      from,
      to: {path: allowed.map(inside), pathNot: [inside(name), ...doors(allowed)]},
    },
  ].filter(rule => rule.to.path.length > 0);
}

/** Both `node:net` and `net`; for a package also its types and its subpaths. */
function moduleRule([name, places]) {
  const builtin = name.startsWith('node:');
  const path = builtin
    ? `^(node:)?${literal(name.slice('node:'.length))}(/|$)`
    : `(^|/)node_modules/(@types/)?${literal(name)}(/|$)`;
  return {
    name: `module ${name}`,
    comment: `${name} may be imported only by ${places.join(', ')}. Ask that code to do it.`,
    from: {
      path: '^src/',
      pathNot: places.map(place => (place.endsWith('.ts') ? `^src/${literal(place)}$` : inside(place))),
    },
    to: {path},
  };
}

function doors(allowed) {
  return allowed.map(name => `^src/${name}/index[.]ts$`);
}

function inside(name) {
  return `^src/${name}/`;
}

function literal(text) {
  return text.replaceAll('.', '[.]');
}
