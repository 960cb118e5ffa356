/**
 * Starts the bundle in dist/cli. Its chunks are compiled from the code cache that the build laid beside them, because
 * Node 20 would otherwise parse and compile them anew at every start. A cache that is missing or was made by another
 * V8 costs nothing but that time. The cache never outlives its chunk: the build replaces dist/cli as a whole.
 */
const {existsSync, readFileSync, writeSync} = require('node:fs');
const {dirname, join} = require('node:path');

const root = dirname(__dirname);
const directory = join(root, 'dist', 'cli');
/** Bytecode belongs to one V8 on one kind of machine; V8 itself checks only its version and flags. */
const cacheSuffix = `.${process.platform}-${process.arch}-${process.versions.v8}.cache`;
/** Chunk name → {exports, script}; the build takes the caches from here. */
const loaded = new Map();

/** Calls `main(arguments)` of a bundle entry (`main`, `coordinator`); what it returns becomes the exit code. */
async function run(entry) {
  if (!existsSync(join(directory, `${entry}.cjs`))) {
    fail('stint is not built yet: run npm run build');
    return;
  }
  process.exitCode = 125; // stands when the event loop runs dry before main has answered
  process.exitCode = await load(`${entry}.cjs`).main(process.argv.slice(2));
}

/** The exports of a chunk of the bundle, executed once. The build loads from a directory that is not in place yet. */
function load(name, from = directory) {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const {Script} = require('node:vm');
  const file = join(from, name);
  const source = readFileSync(file, 'utf8');
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: `dist/cli/${name}`, // for stack traces, which show the name that the cache was made with
    cachedData: readCache(file),
  });
  const module = {exports: {}, script};
  loaded.set(name, module);
  const requireFromChunk = id => (id.startsWith('./') ? load(id.slice(2), from) : require(id));
  script.runInThisContext().call(module.exports, module.exports, requireFromChunk, module, file, from);
  return module.exports;
}

function readCache(file) {
  try {
    return readFileSync(file + cacheSuffix);
  } catch {
    return undefined; // made by another Node, or the build could not make one
  }
}

/** Answers `stint --version` without the bundle. */
function printVersion() {
  const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  try {
    writeSync(1, `${version}\n`);
  } catch (error) {
    if (error.code !== 'EPIPE') fail(`Cannot write the version: ${error.message}.`);
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 125;
}

module.exports = {cacheSuffix, load, loaded, printVersion, run};
