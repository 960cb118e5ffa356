/**
 * Runs git about a directory. The variables by which git is told of another repository (a hook has GIT_DIR,
 * GIT_INDEX_FILE, …) are kept from it. `node:child_process` is loaded at the first call only: it costs 2 ms.
 */
import type {ChildProcessByStdio} from 'node:child_process';
import type {Readable} from 'node:stream';

import {deferred} from '../base/index.ts';
import {environment} from './environment.ts';
import {withPlainPath} from './files/plain-path.ts';

export interface GitRun {
  /** Where git runs; the repository it speaks of is the one around this directory. */
  readonly cwd: string;
  /** Milliseconds after which it is killed and counts as failed. */
  readonly limitMs: number;
}

export interface GitAsyncRun extends GitRun {
  /** Kill git at its first output, which is then all that is returned. */
  readonly stopAtOutput?: boolean;
}

/**
 * What git printed; undefined when it is not installed, failed, or took longer than the limit. Never rejects, and
 * keeps this process alive no longer than the limit, even when git cannot be killed (a dead network disk).
 */
export async function runGit(args: readonly string[], run: GitAsyncRun): Promise<string | undefined> {
  try {
    const child = withPlainPath(run.cwd, cwd =>
      childProcess().spawn('git', args, {cwd, env: gitEnvironment(), stdio: ['ignore', 'pipe', 'ignore']}),
    );
    return await outputOf(child, run);
  } catch {
    return undefined; // could not be started at all
  }
}

/** The same, waiting for it: for a moment's work such as one `git config`. */
export function runGitSync(args: readonly string[], run: GitRun): string | undefined {
  const ended = childProcess().spawnSync('git', args, {
    cwd: run.cwd,
    env: gitEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
    timeout: run.limitMs,
    killSignal: 'SIGKILL',
  });
  return ended.status === 0 ? ended.stdout : undefined;
}

function outputOf(
  child: ChildProcessByStdio<null, Readable, null>,
  run: GitAsyncRun,
): Promise<string | undefined> {
  const {promise, resolve: settle} = deferred<string | undefined>();
  const timer = setTimeout(() => settle(undefined), run.limitMs);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (run.stopAtOutput === true) settle(chunk.toString());
  });
  child.stdout.on('error', () => settle(undefined));
  child.on('error', () => settle(undefined));
  child.on('close', code => settle(code === 0 ? Buffer.concat(chunks).toString() : undefined));
  return promise.finally(() => {
    clearTimeout(timer);
    child.kill('SIGKILL');
    child.stdout.destroy();
    child.unref();
  });
}

function childProcess() {
  return process.getBuiltinModule('node:child_process');
}

/** git adds to its own variables with every release, so only those that are known to name no repository pass. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(environment())) {
    if (!name.startsWith('GIT_') || HARMLESS.has(name)) kept[name] = value;
  }
  return kept;
}

const HARMLESS = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM', 'GIT_EXEC_PATH']);
