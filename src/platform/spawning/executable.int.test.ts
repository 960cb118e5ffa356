import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';
import {checkExecutable} from './executable.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
  for (const name of ['bin', 'more', 'bin/folder']) mkdirSync(directory.at(name));
  writeFileSync(directory.at('bin/tool'), '', {mode: 0o755});
  writeFileSync(directory.at('bin/text'), '', {mode: 0o644});
  writeFileSync(directory.at('more/text'), '', {mode: 0o755});
  symlinkSync('tool', directory.at('bin/link'));
  symlinkSync('gone', directory.at('bin/dangling'));
});
afterEach(() => directory.remove());

function check(program: string, searchPath: string | undefined = directory.at('bin')): void {
  checkExecutable(program, directory.path, searchPath);
}

describe('a program', () => {
  it.each(['tool', 'link', './bin/tool', 'bin/link', 'more/text'])('is found: %s', program => {
    expect(() => check(program)).not.toThrow();
  });

  it('is found by a full path, without any search', () => {
    expect(() => check(directory.at('bin', 'tool'), '')).not.toThrow();
  });

  it('is found behind one of the same name that cannot be executed', () => {
    expect(() => check('text', `${directory.at('bin')}:${directory.at('more')}`)).not.toThrow();
  });

  it('is found where the search path is relative, or empty, which means here', () => {
    expect(() => check('tool', 'more:bin')).not.toThrow();
    expect(() => checkExecutable('tool', directory.at('bin'), ':')).not.toThrow();
  });

  it('is looked for in the usual places when there is no search path', () => {
    expect(() => checkExecutable('sh', '/', undefined)).not.toThrow();
  });
});

describe('a mistake', () => {
  it.each([
    ['tol', 'COMMAND_NOT_FOUND', 'Command not found: tol (looked in PATH).', 'stint run -c'],
    ['dangling', 'COMMAND_NOT_FOUND', 'Command not found: dangling (looked in PATH).', 'stint run -c'],
    ['./tool', 'COMMAND_NOT_FOUND', './tool does not exist.', 'Check the path.'],
    ['bin/tool/x', 'COMMAND_NOT_FOUND', 'bin/tool/x does not exist.', 'Check the path.'],
    ['', 'COMMAND_NOT_FOUND', 'The command is empty.', 'Usage'],
    ['folder', 'COMMAND_NOT_EXECUTABLE', 'folder is a directory, not a program.', 'Name a program in it.'],
    ['./bin', 'COMMAND_NOT_EXECUTABLE', './bin is a directory, not a program.', 'Name a program in it.'],
    ['text', 'COMMAND_NOT_EXECUTABLE', 'text is not executable.', "chmod +x 'text'"],
    ['bin/text', 'COMMAND_NOT_EXECUTABLE', 'bin/text is not executable.', "sh 'bin/text'"],
  ])('is told before anything is queued: %j', (program, code, message, hint) => {
    expect(() => check(program)).toThrow(
      expect.objectContaining({code, message, hint: expect.stringContaining(hint)}),
    );
  });
});
