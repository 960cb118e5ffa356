import {spawnSync} from 'node:child_process';
import {join} from 'node:path';

import {expect, it} from 'vitest';

const PAGE = join(import.meta.dirname, '..', '..', 'dist', 'man', 'stint.1');

const isThere = spawnSync('sh', ['-c', 'command -v mandoc']).status === 0;

it.skipIf(!isThere && process.env.CI === undefined)(
  'the manual page is one that mandoc reads without a warning',
  () => {
    const {status, stdout, stderr} = spawnSync('mandoc', ['-Tlint', '-W', 'warning', PAGE], {
      encoding: 'utf8',
    });
    expect({status, said: stdout + stderr}).toEqual({status: 0, said: ''});
    const shown = spawnSync('mandoc', ['-Tascii', PAGE], {encoding: 'utf8'}).stdout.replace(/.[\b]/g, '');
    for (const text of ['stint run [options] -- [command...]', '-f, --follow', 'EXIT STATUS'])
      expect(shown).toContain(text);
    expect(shown).toContain("stint run --name nightly -c 'make all && make check'");
  },
);
