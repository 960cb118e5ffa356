import fc, {constantFrom, array as listOf, oneof, property, string} from 'fast-check';
import {describe, expect, it} from 'vitest';

import {onlyOperands} from './only-operands.ts';
import {parseArguments} from './parse.ts';
import {COMMANDS} from './registry.ts';

describe('onlyOperands', () => {
  const words = listOf(
    oneof(constantFrom('--', '-', '-f', '--json', '--help', 'test', 'a=b', ''), string()),
    {
      maxLength: 4,
    },
  );

  it('takes a command line as the parser takes it, or leaves it to the parser', () => {
    fc.assert(
      property(constantFrom(...COMMANDS), words, (command, given) => {
        const taken = onlyOperands(command, given);
        if (taken !== undefined) expect(taken).toEqual(parseArguments(command, given));
      }),
    );
  });

  it('takes what is typed most often', () => {
    const command = (name: string) => COMMANDS.find(each => each.name === name) ?? {};
    expect(onlyOperands(command('ls'), [])).toEqual({operands: [], options: {}, help: false});
    expect(onlyOperands(command('run'), ['--', 'make', '-j'])?.operands).toEqual(['make', '-j']);
    expect(onlyOperands(command('logs'), ['test'])?.operands).toEqual(['test']);
    expect(onlyOperands(command('wait'), ['a', 'b'])?.operands).toEqual(['a', 'b']);
  });

  it('leaves options and what is too much to the parser', () => {
    expect(onlyOperands({}, ['--json'])).toBeUndefined();
    expect(onlyOperands({}, ['test'])).toBeUndefined();
    expect(onlyOperands({operands: '[address]'}, ['--', 'a', 'b'])).toBeUndefined();
  });
});
