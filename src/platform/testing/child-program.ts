/** TypeScript of ours as a program of its own, for tests of what happens between processes. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

import {rolldown} from 'rolldown';

import {packageRoot} from '../package-root.ts';
import {type TemporaryDirectory, temporaryDirectory} from './temporary-directory.ts';

export interface ChildProgram {
  readonly path: string;
  start(...args: readonly string[]): RunningChild;
  /** The same on another Node. */
  startOn(node: string, ...args: readonly string[]): RunningChild;
  remove(): void;
}

export interface RunningChild {
  readonly process: ChildProcess;
  /** The next line that it prints. */
  line(): Promise<string>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

/**
 * Bundles a program whose imports are written relative to src, for example `from 'SRC/platform/index.ts'`. It lies inside
 * the package, where it finds package.json and its packages as the real one does.
 */
export async function childProgram(source: string): Promise<ChildProgram> {
  const dist = join(packageRoot(), 'dist');
  mkdirSync(dist, {recursive: true});
  const directory: TemporaryDirectory = temporaryDirectory(dist);
  const src = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
  writeFileSync(directory.at('program.ts'), source.replaceAll("'SRC/", `'${src}/`));
  const built = await rolldown({input: directory.at('program.ts'), platform: 'node'});
  const path = directory.at('program.mjs');
  await built.write({file: path, format: 'esm'});
  await built.close();
  const started: RunningChild[] = [];
  const startOn = (node: string, ...args: readonly string[]): RunningChild => {
    const child = startChild(node, path, args);
    started.push(child);
    return child;
  };
  return {
    path,
    start: (...args) => startOn(process.execPath, ...args),
    startOn,
    remove: () => {
      for (const {process: child} of started) child.kill('SIGKILL'); // also after a test that failed
      directory.remove();
    },
  };
}

function startChild(node: string, path: string, args: readonly string[]): RunningChild {
  const child = spawn(node, [path, ...args], {stdio: ['ignore', 'pipe', 'inherit']});
  const exited = once(child, 'exit');
  const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
  return {
    process: child,
    line: async () => String((await lines.next()).value),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
