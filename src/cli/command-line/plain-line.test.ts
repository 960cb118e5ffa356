import fc, {constantFrom, array as listOf, oneof, property, string} from 'fast-check';
import {describe, expect, it} from 'vitest';
import {COMMANDS} from '../registry.ts';
import {parseArguments} from './parse.ts';
import {plainLine} from './plain-line.ts';

const NO_OPTIONS = {options: []};

describe('a plain line', () => {
  const flags = COMMANDS.flatMap(({options}) => options.flatMap(option => option.flags.split(/[ ,]+/)));
  const words = listOf(
    oneof(
      constantFrom('--', '-', '-f', '--help', '--no', 'test', 'a=b', '', '3/10', '-1', '--tail=3'),
      constantFrom(...flags),
      string(),
    ),
    {maxLength: 6},
  );

  it('is read as the parser reads it, or left to the parser', () => {
    fc.assert(
      property(constantFrom(...COMMANDS), words, (command, given) => {
        const taken = plainLine(command, given);
        if (taken !== undefined) expect(taken).toEqual(parseArguments(command, given));
      }),
      {numRuns: 2000},
    );
  });

  it.each([
    ['ls', [], {operands: [], options: {}, help: false}],
    ['run', ['--', 'make', '-j'], {operands: ['make', '-j'], options: {}, help: false}],
    ['logs', ['test', '--since-seq', '3'], {operands: ['test'], options: {sinceSeq: '3'}, help: false}],
    [
      'events ack',
      ['t', 'me', '1', '--force'],
      {operands: ['t', 'me', '1'], options: {force: true}, help: false},
    ],
    ['wait', ['a', 'b'], {operands: ['a', 'b'], options: {}, help: false}],
    [
      'run',
      ['--tag', 'a', '--tag', 'b', '--wait', '--', 'x'],
      {operands: ['x'], options: {tag: ['a', 'b'], wait: true}, help: false},
    ],
  ])('is what is typed most often: stint %s %j', (name, given, parsed) => {
    expect(plainLine(COMMANDS.find(each => each.name === name) ?? NO_OPTIONS, given)).toEqual(parsed);
  });

  it('is no line with a mistake, or with options that take more to read', () => {
    expect(plainLine(NO_OPTIONS, ['--json'])).toBeUndefined();
    expect(plainLine(NO_OPTIONS, ['test'])).toBeUndefined();
    expect(plainLine({...NO_OPTIONS, operands: '[address]'}, ['--', 'a', 'b'])).toBeUndefined();
    expect(plainLine({...NO_OPTIONS, operands: '<event>'}, [])).toBeUndefined();
    expect(plainLine({...NO_OPTIONS, operands: '<topic> <consumer> [id]'}, ['t'])).toBeUndefined();
    expect(plainLine({...NO_OPTIONS, operands: '<topic> [id]'}, ['t', '1', '2'])).toBeUndefined();
    const tail = {operands: '[address]', options: [{flags: '-t, --tail <N>', description: ''}]};
    for (const line of [['--tail'], ['--tail=3'], ['-t', '3'], ['--tail', '-3']])
      expect(plainLine(tail, line)).toBeUndefined();
  });
});
