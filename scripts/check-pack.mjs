/** Checks what `npm pack` would publish: everything that stint needs at run time, and nothing that it does not. */
import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {ROOT, report} from './sources.mjs';

const packageJson = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const [tarball] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
);
const packed = new Map(tarball.files.map(({path, mode}) => [path, mode]));

const needed = [
  ...[
    'LICENSE',
    'README.md',
    'bin/load.cjs',
    'bin/package.json',
    'dist/cli/main.cjs',
    'dist/cli/complete.cjs',
    'dist/cli/mcp.cjs',
    'skills/stint/SKILL.md',
    'dist/cli/coordinator-entry.cjs',
  ],
  ...Object.values(packageJson.bin),
  ...packageJson.man,
  ...Object.values(packageJson.exports).flatMap(door =>
    Object.values(door instanceof Object ? door : {door}),
  ),
  ...readdirSync(join(ROOT, 'src/store/migrations'), {recursive: true})
    .filter(name => name.endsWith('.sql'))
    .map(name => `src/store/migrations/${name}`),
].map(path => path.replace(/^[.][/]/, ''));
const unwanted =
  /[.]test[.]|[.]stamp$|(^|[/])(node_modules|testing)[/]|^(test|scripts|bench)[/]|^src[/](?!store[/]migrations[/])/;

report('package', [
  ...needed
    .filter(path => !packed.has(path))
    .map(file => ({
      file,
      what: 'is not in the package.',
      remedy: 'See "files" in package.json, and that it was built.',
    })),
  ...[...packed.keys()]
    .filter(path => unwanted.test(path))
    .map(file => ({file, what: 'is in the package.', remedy: 'See "files" in package.json.'})),
  ...Object.values(packageJson.bin)
    .filter(path => packed.has(path) && (packed.get(path) & 0o111) === 0)
    .map(file => ({file, what: 'cannot be executed.', remedy: `Run: chmod +x ${file}`})),
]);
console.log(`package: ${packed.size} files, ${Math.ceil(tarball.unpackedSize / 1024)} KiB`);
