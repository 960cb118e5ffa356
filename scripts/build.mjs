/**
 * `npm run build`: the bundle in dist/cli with its code cache, the library in dist/lib, and the manual page in dist/man.
 *
 * Each part remembers a hash of what it was made from and is left alone while that is unchanged (`--force` builds
 * anyway). A part is made in a directory of its own and then put in place by two renames, so that a failed or parallel
 * build never leaves half of one; its stamp is written last.
 */
import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {argv} from 'node:process';

const ROOT = dirname(import.meta.dirname);
const DIST = join(ROOT, 'dist');

const PARTS = [
  {
    name: 'cli',
    proof: 'coordinator-entry.cjs',
    inputs: () => ['bin/load.cjs', 'scripts/bundle.mjs', 'scripts/write-code-cache.mjs', ...sources()],
    make: makeBundle,
  },
  {
    name: 'lib',
    proof: 'index.d.ts',
    inputs: () => [
      'tsconfig.json',
      'tsconfig.build.json',
      ...sources().filter(file => !/^src[/](cli|mcp)[/]/.test(file)),
    ],
    make: makeLibrary,
  },
  {
    name: 'man',
    proof: 'stint.1',
    inputs: () => ['CHANGELOG.md', 'scripts/write-man-page.mjs', ...sources().filter(isOfCommandLine)],
    make: async directory => (await import('./write-man-page.mjs')).writeManPage(ROOT, directory),
  },
];

function isOfCommandLine(file) {
  return /^src[/](cli|base)[/]/.test(file);
}

/** Builds what is out of date. Throws an Error with a message for people. */
export async function buildAll({force = false} = {}) {
  const started = performance.now();
  mkdirSync(DIST, {recursive: true});
  const results = await Promise.allSettled(PARTS.map(part => buildPart(part, force)));
  const failed = results.find(({status}) => status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const made = PARTS.filter((_, index) => results[index].value).map(({name}) => `dist/${name}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (made.length > 0) console.log(`built ${made.join(', ')} in ${seconds} s`);
}

async function buildPart({name, proof, inputs, make}, force) {
  const target = join(DIST, name);
  const stamp = join(DIST, `${name}.stamp`);
  const wanted = fingerprint(inputs());
  if (!force && existsSync(join(target, proof)) && readIfThere(stamp) === wanted) return false;
  const fresh = join(DIST, `.${name}-${process.pid}`);
  try {
    mkdirSync(fresh);
    await make(fresh);
    rmSync(stamp, {force: true});
    putInPlace(fresh, target);
    writeFileSync(stamp, wanted);
    return true;
  } finally {
    rmSync(fresh, {recursive: true, force: true});
  }
}

async function makeBundle(directory) {
  const {bundle, ENTRIES} = await import('./bundle.mjs');
  for (const file of Object.values(ENTRIES)) {
    if (!existsSync(join(ROOT, file)))
      throw new Error(`${file} is missing: there is no command line to bundle.`);
  }
  await bundle(ROOT, directory);
  await node(
    [join(ROOT, 'scripts', 'write-code-cache.mjs'), ROOT, directory],
    2,
    'The code cache cannot be written',
  );
}

async function makeLibrary(directory) {
  const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
  await node(
    [tsc, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', directory],
    1,
    'The library does not compile',
  );
}

/** A machine that is busy with other things needs its time. */
const LIMIT_MS = 300_000;

/** Runs a Node program; what it says on the descriptor `saying` is shown when it fails. */
function node(args, saying, failure) {
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'ignore', 'ignore'];
    stdio[saying] = 'pipe';
    const child = spawn(process.execPath, args, {cwd: ROOT, stdio, timeout: LIMIT_MS});
    let said = '';
    child.stdio[saying].setEncoding('utf8').on('data', text => {
      said += text;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${failure} (${signal ?? `exit code ${code}`}):\n${said.trim()}`));
    });
  });
}

/** The files under src that are compiled, relative to the package. */
function sources() {
  return readdirSync(join(ROOT, 'src'), {recursive: true})
    .filter(file => file.endsWith('.ts') && !/[.]test[.]ts$|[/]testing[/]/.test(file))
    .map(file => `src/${file}`)
    .sort();
}

/** Of the given files, of all that is common to both parts, and of this Node, to whose V8 the code cache is bound. */
function fingerprint(files) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${process.version}\n`);
  for (const file of ['package.json', 'package-lock.json', 'scripts/build.mjs', ...files]) {
    const content = readFileSync(join(ROOT, file));
    hash.update(`${file} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Another build may do the same at the same time: the last one stays, and both are whole. */
function putInPlace(fresh, target) {
  for (let attempt = 1; ; attempt += 1) {
    const old = `${fresh}.old`;
    try {
      if (existsSync(target)) renameSync(target, old);
      renameSync(fresh, target);
      return;
    } catch (error) {
      if (attempt === 5) throw error;
    } finally {
      rmSync(old, {recursive: true, force: true});
    }
  }
}

if (argv[1] === import.meta.filename) {
  try {
    await buildAll({force: argv.includes('--force')});
  } catch (error) {
    console.error(`The build failed. ${error.message}`);
    process.exitCode = 1;
  }
}
