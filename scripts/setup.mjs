/**
 * Makes a clone ready: installs the packages when node_modules is not what package-lock.json wants, compiles better-sqlite3
 * where this Node has no SQLite of its own, then builds what is out of date. `npm test`, `npm run build`, `npm run demo` and
 * `npm run bench` call it first; it says nothing when all is well. `--no-build` only installs and compiles;
 * `--only-compile` is for `npm ci`, which has just installed. No install script of a package is ever run.
 */
import {spawn} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {argv, stdout, versions} from 'node:process';
import {fileURLToPath} from 'node:url';

import {remedyFor} from './npm-failure.mjs';
import {bringsSqlite} from './own-sqlite.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url)); // import.meta.dirname is newer than a Node to refuse
const DRIVER = join(ROOT, 'node_modules', 'better-sqlite3');
const ADDON = join(DRIVER, 'build', 'Release', 'better_sqlite3.node');

try {
  refuseOldNode();
  if (!argv.includes('--only-compile')) await installWhatIsMissing();
  await compileWhatIsMissing();
  if (!argv.includes('--no-build') && !argv.includes('--only-compile')) {
    const {buildAll} = await import('./build.mjs');
    await buildAll();
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function refuseOldNode() {
  const [major, minor] = versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(
      `stint needs Node 20.19 or newer; this is Node ${versions.node}. Install a newer Node first.`,
    );
  }
}

async function installWhatIsMissing() {
  const reason = whyInstall();
  if (reason === undefined) return;
  const npmCi = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'];
  await npm(npmCi, ROOT, `Installing packages (npm ci), since ${reason}`, 'Installed');
}

async function compileWhatIsMissing() {
  if (bringsSqlite() || !existsSync(DRIVER) || addonLoads()) return;
  const reason = `since Node ${versions.node} has none; that takes about a minute`;
  await npm(['run', 'install'], DRIVER, `Compiling SQLite, ${reason}`, 'Compiled');
}

/** Compares contents, not times: a change of branch touches files without changing them. */
function whyInstall() {
  const installedFile = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'nothing is installed yet';
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  for (const [path, {version, optional}] of Object.entries(wanted)) {
    const present = installed[path];
    if (path === '' || (optional && present === undefined)) continue;
    if (present?.version !== version) return `${path} is not at version ${version}`;
  }
  return undefined;
}

function addonLoads() {
  try {
    createRequire(import.meta.url)(ADDON);
    return true;
  } catch {
    return false; // whatever is wrong with it, a new compilation is the remedy
  }
}

/** Runs npm, and tells how long it takes. */
async function npm(args, cwd, doing, done) {
  const started = Date.now();
  const say = text => stdout.write(stdout.isTTY ? `\r${text}` : `${text}\n`);
  say(doing);
  const ticking = stdout.isTTY
    ? setInterval(() => say(`${doing}: ${secondsSince(started)} s`), 1000)
    : undefined;
  const {code, said} = await outputOf('npm', args, cwd).finally(() => clearInterval(ticking));
  if (stdout.isTTY) stdout.write('\n');
  if (code !== 0) throw new Error(`${gist(said)}\n\n${remedyFor(said)}`);
  console.log(`${done} in ${secondsSince(started)} s.`);
}

function outputOf(program, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {cwd, stdio: ['ignore', 'pipe', 'pipe']});
    let said = '';
    const keep = data => {
      said += data;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', error => {
      reject(
        new Error(
          `${program} cannot be started: ${error.message}. It comes with Node; see that it is in PATH.`,
        ),
      );
    });
    child.once('close', code => resolve({code, said}));
  });
}

/** Beginning and end: npm names the fault first and its log last, a compiler the other way round. */
function gist(text) {
  const lines = text.trim().split('\n');
  return (lines.length <= 35 ? lines : [...lines.slice(0, 12), '…', ...lines.slice(-20)]).join('\n');
}

function secondsSince(started) {
  return Math.round((Date.now() - started) / 1000);
}
