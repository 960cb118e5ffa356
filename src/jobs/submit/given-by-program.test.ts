import {describe, expect, it} from 'vitest';
import {checkCommand, checkOptions, variablesOf} from './given-by-program.ts';
import type {GivenJobOptions} from './job-settings.ts';

describe('what a program gives of a job', () => {
  it.each([[undefined], [null], [''], [[]], [3], [['echo', 3]], [{}]])(
    'is refused as a command: %j',
    command => {
      expect(() => checkCommand(command)).toThrow(
        expect.objectContaining({code: 'USAGE', message: expect.stringContaining('command')}),
      );
    },
  );

  it('is a command as a text or as words', () => {
    expect(() => checkCommand('make')).not.toThrow();
    expect(() => checkCommand(['make', ''])).not.toThrow();
  });

  it.each([
    ['lingerMs', -1],
    ['lingerMs', null],
    ['lingerMs', '10s'],
    ['stallAfterMs', Number.NaN],
    ['sampleEvery', 0],
    ['sampleEvery', 1.5],
    ['onStall', 'kill'],
    ['now', 'yes'],
    ['notify', 3],
    ['notifyOn', 'end'],
    ['notifyOn', ['ends']],
  ])('is refused by the name of the option: %s as %j', (name, value) => {
    expect(() => checkOptions({[name]: value})).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringContaining(`option ${name} is not valid`),
      }),
    );
  });

  it('may be any option or none', () => {
    const given: GivenJobOptions = {
      lingerMs: 0,
      sampleEvery: 1,
      onStall: 'none',
      notify: null,
      notifyOn: ['end'],
      now: undefined,
    };
    expect(() => checkOptions(given)).not.toThrow();
  });

  it('sets variables but those that are undefined', () => {
    expect([...variablesOf({A: 'b=c', B: undefined, C: ''})]).toEqual([
      ['A', 'A=b=c'],
      ['C', 'C='],
    ]);
    for (const name of ['', 'A=B'])
      expect(() => variablesOf({[name]: 'c'})).toThrow(expect.objectContaining({code: 'USAGE'}));
  });
});
