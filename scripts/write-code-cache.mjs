/**
 * Writes V8's code cache beside the chunks of a bundle (see bin/load.cjs). `npm run build` calls it with the
 * package's root and the bundle's directory.
 *
 * V8 compiles a function when it is first called, and puts into a cache only what is compiled by then; so this runs
 * some commands first, in an empty home that is removed afterwards. None of them may start a coordinator.
 */
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** What people wait for most often, as far as it is harmless. */
const WARM_UP = [['--help'], ['run', '--help'], ['ls'], ['ls', '--json']];

const [root, directory] = process.argv.slice(2);
const {cacheSuffix, load, loaded} = createRequire(import.meta.url)(join(root, 'bin', 'load.cjs'));

const home = mkdtempSync(join(tmpdir(), 'stint-build-'));
for (const name of ['HOME', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME', 'STINT_STATE_DIR']) process.env[name] = home;
process.chdir(home);

for (const name of readdirSync(directory)) {
  if (name.endsWith('.cjs') && name !== 'coordinator-entry.cjs') load(name, directory);
}
let code = 0;
process.on('exit', () => {
  for (const [name, {script}] of loaded) {
    writeFileSync(join(directory, name + cacheSuffix), script.createCachedData());
  }
  rmSync(home, {recursive: true, force: true});
  process.exitCode = code; // not that of a command which leaves by itself
});
for (const args of WARM_UP) {
  try {
    await load('main.cjs', directory).main(args);
  } catch (error) {
    console.error(`stint ${args.join(' ')}: ${error.stack}`);
    code = 1;
  }
}
process.exit();
