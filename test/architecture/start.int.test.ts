import {spawnSync} from 'node:child_process';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {copyPackage, type Outcome, type PackageCopy, runNode} from './package-copy.ts';

let copy: PackageCopy;
beforeEach(() => {
  copy = copyPackage({
    'dist/cli/main.cjs': "exports.main = argv => require('./answer-0a.cjs').answer(argv);\n",
    'dist/cli/answer-0a.cjs': ANSWER,
    'dist/cli/coordinator.cjs': 'exports.main = async argv => argv.length;\n',
    'dist/cli/coordinator-entry.cjs': "require('../../bin/load.cjs').run('coordinator');\n",
  });
});
afterEach(() => copy.remove());

describe('bin/stint', () => {
  it('answers --version, -V and version from package.json, without the bundle', () => {
    rmSync(join(copy.root, 'dist'), {recursive: true});
    writeFileSync(join(copy.root, 'package.json'), '{"version": "9.8.7"}');
    for (const word of ['--version', '-V', 'version'])
      expect(stint(word)).toEqual({code: 0, stdout: '9.8.7\n', stderr: ''});
  });

  it('says what to do when it is not built', () => {
    rmSync(join(copy.root, 'dist'), {recursive: true});
    expect(stint('ls')).toEqual({
      code: 125,
      stdout: '',
      stderr: 'stint is not built yet: run npm run build\n',
    });
  });

  it('gives main the arguments, and exits with what it answers', () => {
    expect(stint('run', '--', '--version')).toEqual({
      code: 3,
      stdout: '["run","--","--version"]',
      stderr: '',
    });
  });

  it('does not claim success when main never answers', () => {
    writeFileSync(join(copy.root, 'dist/cli/main.cjs'), 'exports.main = () => new Promise(() => {});\n');
    expect(stint('ls').code).toBe(125);
  });

  it('takes the code cache beside a chunk, and does without one that V8 rejects', () => {
    const file = join(copy.root, 'dist/cli/answer-0a.cjs');
    const {cachePath, load, loaded} = createRequire(import.meta.url)(join(copy.root, 'bin/load.cjs'));
    load('answer-0a.cjs', `${copy.root}/dist/cli/`); // as the build does, from elsewhere
    writeFileSync(cachePath(file), loaded.get('answer-0a.cjs').script.createCachedData());
    expect(stint('x').stdout).toBe('["x"]');
    expect(rejected()).toBe('false');
    writeFileSync(cachePath(file), readFileSync(cachePath(file)).fill(7));
    expect(stint('x').stdout).toBe('["x"]');
    expect(rejected()).toBe('true');
  });

  it('prefers the cache of the command that is run', () => {
    const file = join(copy.root, 'dist/cli/main.cjs');
    const {cachePath, load, loaded} = createRequire(import.meta.url)(join(copy.root, 'bin/load.cjs'));
    load('main.cjs', `${copy.root}/dist/cli/`);
    writeFileSync(cachePath(file), 'not a cache');
    writeFileSync(cachePath(file, 'ls'), loaded.get('main.cjs').script.createCachedData());
    expect(rejected('main.cjs', 'ls')).toBe('false');
    expect(rejected('main.cjs', 'run')).toBe('true');
    expect(rejected('main.cjs', '../../ls')).toBe('true');
  });

  it('names the chunk, not the place where it was built, when it breaks', () => {
    writeFileSync(
      join(copy.root, 'dist/cli/answer-0a.cjs'),
      "exports.answer = () => { throw new Error('broken'); };",
    );
    const {code, stderr} = stint('ls');
    expect(code).toBe(1);
    expect(stderr).toMatch(/broken\n {4}at .*dist\/cli\/answer-0a\.cjs:1/);
  });
});

describe('the starter of the coordinator', () => {
  it('runs main of the coordinator in the same way', () => {
    expect(copy.run('dist/cli/coordinator-entry.cjs', 'a', 'b')).toEqual({code: 2, stdout: '', stderr: ''});
  });
});

function stint(...args: string[]): Outcome {
  return runNode(join(copy.root, 'bin/stint'), ...args);
}

/** Whether V8 rejects the cache that a file is loaded with when this command is run. */
function rejected(file = 'answer-0a.cjs', command = 'x'): string {
  const script = `const {load, loaded} = require('./bin/load.cjs'); load('${file}'); process.stdout.write(String(loaded.get('${file}').script.cachedDataRejected))`;
  const args = ['-e', `process.argv[2] = '${command}'; ${script}`];
  return spawnSync(process.execPath, args, {cwd: copy.root, encoding: 'utf8'}).stdout;
}

const ANSWER = `
exports.answer = argv => {
  process.stdout.write(JSON.stringify(argv));
  return 3;
};
`;
