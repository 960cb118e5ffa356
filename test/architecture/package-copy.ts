/** A small package with stint's scripts and rules, for trying the checks on faults that stint itself must not have. */
import {spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';

/** The directory of this package. */
export const ROOT = join(import.meta.dirname, '..', '..');

export interface PackageCopy {
  readonly root: string;
  /** Runs a Node script of the copy. */
  run(script: string, ...args: string[]): Outcome;
  remove(): void;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Makes a package of the given files (path → content) and what the scripts need. */
export function copyPackage(files: Readonly<Record<string, string>>): PackageCopy {
  const root = mkdtempSync(join(tmpdir(), 'stint-architecture-'));
  for (const path of COPIED) cpSync(join(ROOT, path), join(root, path), {recursive: true});
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), {recursive: true});
    writeFileSync(join(root, path), content);
  }
  return {
    root,
    run: (script, ...args) => runNode(join(root, script), ...args),
    remove: () => rmSync(root, {recursive: true, force: true}),
  };
}

/** Runs a Node script and waits for its end. */
export function runNode(script: string, ...args: string[]): Outcome {
  const {status, stdout, stderr} = spawnSync(process.execPath, [script, ...args], {encoding: 'utf8'});
  return {code: status, stdout, stderr};
}

const COPIED = [
  'scripts',
  'bin',
  '.dependency-cruiser.cjs',
  'import-rules.json',
  'package.json',
  'tsconfig.json',
];
