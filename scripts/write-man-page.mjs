/** Writes the manual page: from the definitions of the commands, which are TypeScript and so bundled first. */
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';

import {build} from 'rolldown';

/** Writes `stint.1` into `directory`. */
export async function writeManPage(root, directory) {
  await build({
    cwd: root,
    input: join(root, 'src', 'cli', 'man', 'man-page.ts'),
    platform: 'node',
    output: {dir: directory, format: 'cjs', entryFileNames: 'page.cjs', codeSplitting: false},
  });
  const page = join(directory, 'page.cjs');
  const {manPage} = createRequire(import.meta.url)(page);
  rmSync(page);
  const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(directory, 'stint.1'), manPage(version, releasedOn(root, version)));
}

/** The day of the version in CHANGELOG.md; of one that is not released yet today, which is in no package. */
function releasedOn(root, version) {
  const changes = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const [, , day] =
    new RegExp(`^## ${version.replaceAll('.', '[.]')}(.*?(\\d{4}-\\d\\d-\\d\\d))?`, 'm').exec(changes) ?? [];
  return day ?? new Date().toISOString().slice(0, 10);
}
