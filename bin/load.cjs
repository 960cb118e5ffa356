/**
 * Starts the bundle in dist/cli. Its files are compiled from the code caches that the build laid beside them, because
 * Node would otherwise parse and compile them anew at every start. A cache holds the functions that one command
 * needs. A cache never outlives its file: the build replaces dist/cli as a whole.
 *
 * Where the package was built by another V8, Node keeps what it compiles itself (from 22.8 on), in a private directory of
 * this user: that is a few milliseconds slower than the build's, and many faster than nothing.
 */
const fs = require('node:fs');
const {existsSync, mkdirSync, readFileSync, statSync, writeSync} = fs;
const {dirname, join} = require('node:path');

const root = dirname(__dirname);
const directory = join(root, 'dist', 'cli');
/** Bytecode belongs to one V8 on one kind of machine; V8 itself checks only its version and flags. */
const cacheSuffix = `.${process.platform}-${process.arch}-${process.versions.v8}.cache`;
/** File name → {exports, script}; the build takes the caches from here. */
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

/** The exports of a file of the bundle, executed once. The build loads from a directory that is not in place yet. */
function load(name, from = directory) {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const file = join(from, name);
  const cachedData = readCache(file);
  if (cachedData === undefined && from === directory && nodeKeepsCode()) return require(file);
  const {Script} = require('node:vm');
  const script = new Script(functionOf(file), {
    filename: `dist/cli/${name}`, // for stack traces, which show the name that the cache was made with
    cachedData,
  });
  const module = {exports: {}, script};
  loaded.set(name, module);
  const requireFromFile = id => (id.startsWith('./') ? load(id.slice(2), from) : require(id));
  script.runInThisContext().call(module.exports, module.exports, requireFromFile, module, file, from);
  return module.exports;
}

const HEAD = '(function (exports, require, module, __filename, __dirname) {';
const TAIL = '\n})';

/** The text of a function of a file. It is large, and ASCII: read where it stays, a byte is a character, and nothing is copied twice. */
function functionOf(file) {
  const fd = fs.openSync(file);
  try {
    const {size} = fs.fstatSync(fd);
    const text = Buffer.allocUnsafe(HEAD.length + size + TAIL.length);
    text.write(HEAD);
    fs.readSync(fd, text, HEAD.length, size, 0);
    text.write(TAIL, HEAD.length + size);
    return text.latin1Slice();
  } finally {
    fs.closeSync(fd);
  }
}

/** The cache of what this command needs of a file, else that of all other commands. */
function readCache(file) {
  const own = cachePath(file, process.argv[2]);
  try {
    return readFileSync(existsSync(own) ? own : cachePath(file));
  } catch {
    return undefined; // made by another Node, or the build could not make one
  }
}

/** Where the cache of a command lies, or without a command that of all others. */
function cachePath(file, command = '') {
  return /^[a-z][a-z-]*$/.test(command) ? `${file}.${command}${cacheSuffix}` : file + cacheSuffix;
}

/** Has Node read and write compiled code in our own directory, and nobody else's: what lies there is run. */
function nodeKeepsCode() {
  const {enableCompileCache} = require('node:module');
  const place = codeDirectory();
  if (enableCompileCache === undefined || place === undefined) return false;
  enableCompileCache(place);
  return true;
}

/** Undefined where there is none, and none may or can be made. */
function codeDirectory() {
  const {HOME = '', XDG_CACHE_HOME = ''} = process.env;
  const home = XDG_CACHE_HOME || HOME;
  if (!home.startsWith('/')) return undefined;
  const names = XDG_CACHE_HOME ? ['stint', 'compiled'] : ['.cache', 'stint', 'compiled'];
  const place = join(home, ...names);
  if (isOwn(place)) return place;
  try {
    if (existsSync(place) || !isOwn(home)) return undefined;
    let path = home; // one by one: below /proc Node would try to make all of them for ever
    for (const name of names) {
      path = join(path, name);
      if (!existsSync(path)) mkdirSync(path, 0o700);
    }
    return place;
  } catch {
    return undefined; // it starts all the same
  }
}

function isOwn(path) {
  try {
    const {uid, mode} = statSync(path);
    return uid === process.geteuid() && (mode & 0o022) === 0;
  } catch {
    return false;
  }
}

/** Answers `stint --version` without the bundle, which tells why where that cannot be written. */
function printVersion() {
  const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  try {
    writeSync(1, `${version}\n`);
  } catch {
    void run('main');
  }
}

function fail(message) {
  try {
    writeSync(2, `${message}\n`);
  } catch {
    // nobody is left who could be told
  }
  process.exitCode = 125;
}

module.exports = {cachePath, load, loaded, printVersion, run};
