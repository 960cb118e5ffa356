/**
 * Writes V8's code caches beside the files of a bundle (see bin/load.cjs). `npm run build` calls it with the package's
 * root and the bundle's directory.
 *
 * V8 compiles a function when it is first called, and puts into a cache only what is compiled by then. So each cache is
 * made by a process of its own that has just done the real thing: the coordinator has run a job, `run` has submitted
 * it, `ls` has listed it; all in an empty home that is removed afterwards.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const EVENTS = [
  'append build 1 --kind done',
  'read build',
  'ack build me 1',
  'tail build --count 1',
  'topics',
];

/** A file of the bundle, the command whose cache it gets (none: that of all others), and what is run to make it. */
const CACHES = [
  ['main', 'run', ['run -- true']],
  ['main', 'wait', ['wait true']],
  ['main', 'ls', ['ls']],
  ['main', 'logs', ['logs true']],
  ['main', 'status', ['status true']],
  ['main', 'progress', ['progress emit build_progress --rows 1/2']],
  ['main', 'events', EVENTS.map(line => `events ${line}`)],
  ['events', '', EVENTS.map(line => `events ${line}`)],
  ['main', '', ['run --help']],
  ['rarely', '', ['stats true', 'progress report ../progress.jsonl', 'dump-store jobs']],
  ['mcp', '', ['mcp']],
  ['clients', '', ['mcp install --client codex --dry-run --force']],
  ['yaml', '', ['ls --format yaml']],
  ['complete', '', ['bash', 'zsh'].map(shell => `__complete ${shell} stint\tlogs\ttr`)],
];

const [root, directory, file, command, lines] = process.argv.slice(2);
if (file === undefined) await writeAll();
else await writeOne();

async function writeAll() {
  const home = mkdtempSync(join(tmpdir(), 'stint-build-'));
  try {
    const work = join(home, 'work');
    mkdirSync(work);
    const coordinator = start(home, 'coordinator', '', [[join(home, 'state'), '--ready-fd=3']]);
    await Promise.race([once(coordinator.stdio[3].resume(), 'close'), ended(coordinator)]);
    for (const [name, wanted, texts] of CACHES) {
      const words = texts.map(text => text.split(' '));
      await ended(start(home, name, wanted, words));
    }
    coordinator.kill('SIGTERM');
    await ended(coordinator);
  } finally {
    rmSync(home, {recursive: true, force: true, maxRetries: 5});
  }
}

function start(home, name, wanted, words) {
  const names = ['HOME', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME'];
  return spawn(
    process.execPath,
    [import.meta.filename, root, directory, name, wanted, JSON.stringify(words)],
    {
      cwd: join(home, 'work'),
      env: {
        ...process.env,
        ...Object.fromEntries(names.map(name => [name, home])),
        STINT_STATE_DIR: join(home, 'state'),
        STINT_PROGRESS_JSONL: join(home, 'progress.jsonl'),
      },
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    },
  );
}

/** Resolves when a process has ended well. */
async function ended(child) {
  const code = child.exitCode ?? (await once(child, 'close'))[0];
  if (code !== 0) throw new Error(`${child.spawnargs.slice(4).join(' ')} exited with ${code}`);
}

/** Runs command lines and writes the cache of a file when they are over, whoever ends the process. */
async function writeOne() {
  const {cachePath, load, loaded} = createRequire(import.meta.url)(join(root, 'bin', 'load.cjs'));
  const umask = process.umask();
  process.on('exit', () => {
    const {script} = loaded.get(`${file}.cjs`);
    process.umask(umask); // the coordinator has a stricter one
    writeFileSync(cachePath(join(directory, `${file}.cjs`), command), script.createCachedData());
  });
  const entry = file === 'coordinator' || file === 'complete' ? file : 'main';
  const {main} = load(`${entry}.cjs`, directory);
  for (const words of JSON.parse(lines)) process.exitCode ||= await main(words);
}
