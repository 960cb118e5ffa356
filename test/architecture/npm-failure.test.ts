import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

import {expect, it} from 'vitest';

import {ROOT} from './package-copy.ts';

const {remedyFor} = (await import(pathToFileURL(join(ROOT, 'scripts', 'npm-failure.mjs')).href)) as {
  remedyFor: (said: string) => string;
};

const NO_NETWORK = 'npm error prebuild-install warn install getaddrinfo ENOTFOUND example.invalid';
const LAST = 'npm error A complete log of this run can be found in: /home/me/.npm/_logs/debug-0.log';

it.each([
  ['make is missing', [NO_NETWORK, 'npm error gyp ERR! stack Error: not found: make'], 'C++ compiler'],
  ['there is no compiler', [NO_NETWORK, 'npm error make: g++: No such file or directory'], 'C++ compiler'],
  ['the compiler fails', [NO_NETWORK, 'npm error make: *** [a.mk:2: a.o] Error 1'], 'C++ compiler'],
  [
    'there is no Python',
    [NO_NETWORK, 'npm error gyp ERR! stack Error: Could not find any Python installation to use'],
    'needs Python 3',
  ],
  [
    'the headers of Node cannot be had',
    ['npm error gyp info find Python using Python version 3.11.7', 'npm error gyp ERR! stack ECONNREFUSED'],
    'registry cannot be reached',
  ],
  ['the registry cannot be reached', ['npm error code ENOTFOUND'], 'registry cannot be reached'],
  ['the lock file does not fit', ['npm error code EUSAGE'], 'package-lock.json does not fit'],
  ['the place may not be written', ['npm error code EACCES'], 'npm may not write here'],
  ['nobody knows', ['npm error something else'], 'could not be installed'],
])('says what to do where %s, whatever was tried before', (_, lines, remedy) => {
  expect(remedyFor([...lines, LAST].join('\n'))).toContain(remedy);
});
