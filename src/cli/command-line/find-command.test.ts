import {describe, expect, it} from 'vitest';

import {StintError} from '../../base/index.ts';
import {COMMANDS} from '../definitions/commands.ts';
import {findCommand} from './find-command.ts';
import {SYNONYMS, synonymOf} from './synonyms.ts';

describe('a command', () => {
  it.each([
    ['ls', 'ls'],
    ['list', 'ls'],
    ['-v', 'version'],
    ['-V', 'version'],
    ['--version', 'version'],
    ['progress emit', 'progress emit'],
    ['mcp', 'mcp'],
    ['mcp install', 'mcp install'],
  ])('is found by %s', (line, name) => {
    expect(findCommand([...line.split(' '), 'x'])).toMatchObject({
      kind: 'command',
      command: {name},
      rest: ['x'],
    });
  });
});

describe('a word that is no command is answered with the right one', () => {
  it.each([
    ['ps', 'stint ls'],
    ['log', 'stint logs <address>'],
    ['tail', 'stint logs -f <address>'],
    ['kill', 'stint cancel <address>'],
    ['stop', 'stint cancel <address>'],
    ['delete', 'stint rm <address>'],
    ['clean', 'stint prune'],
    ['rerun', 'stint retry <address>'],
    ['events list', 'stint events topics'],
    ['logss', 'Did you mean: stint logs?'],
    ['lgos', 'Did you mean: stint logs?'],
    ['sl', 'Did you mean: stint ls?'],
    ['lst', 'Did you mean: stint ls?'],
    ['staus', 'Did you mean: stint stats, stint status?'],
    ['wiat', 'Did you mean: stint wait?'],
    ['cancle', 'Did you mean: stint cancel?'],
    ['dumpstore', 'Did you mean: stint dump-store?'],
    ['evnets', 'Did you mean: stint events?'],
    ['append', 'Did you mean: stint events append?'],
    ['events apend x', 'Did you mean: stint events append?'],
    ['--hlep', 'Did you mean: stint --help?'],
    ['make', 'To run a command: stint run -- make …'],
    ['a b', 'To run a command: stint run -- a …'],
  ])('%s: %s', (line, answer) => {
    const error = refused(line);
    expect(error.code).toBe('USAGE');
    expect(error.hint).toContain(answer);
  });

  it('or with none where none is near, and never with all of them', () => {
    for (const line of ['go', 'npm', 'make', 'xyzzy', '']) {
      expect(refused(line).hint).toMatch(/^Run: stint --help\nTo run a command: stint run -- \S+ …$/);
    }
  });
});

describe('synonyms', () => {
  it('are no commands themselves, each said once, and name commands that there are', () => {
    const words = SYNONYMS.flatMap(([each]) => each.split(', '));
    expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
    expect(words.filter(word => COMMANDS.some(({name}) => name === word))).toEqual([]);
    for (const word of words) {
      const line = synonymOf(word)?.line ?? '';
      expect(line).toMatch(/^stint /);
      expect(findCommand(line.split(' ').slice(1)).kind).toBe('command');
    }
  });
});

function refused(line: string): StintError {
  try {
    findCommand(line.split(' '));
  } catch (error) {
    if (error instanceof StintError) return error;
  }
  throw new Error(`${line} is a command`);
}
