import {describe, expect, it} from 'vitest';

import {findCommand} from './find-command.ts';
import {parseArguments} from './parse.ts';

function parse(line: string | readonly string[]) {
  const named = findCommand(typeof line === 'string' ? line.split(' ') : line);
  if (named.kind === 'group') throw new Error(`no command ${named.group}`);
  return parseArguments(named.command, named.rest);
}

describe('arguments', () => {
  it.each<[string, readonly string[], object]>([
    ['ls', [], {}],
    ['ls --all --format csv', [], {all: true, format: 'csv'}],
    ['logs -f 3fa9:test', ['3fa9:test'], {follow: true}],
    ['logs test --since-seq 5 --tail=3', ['test'], {sinceSeq: '5', tail: '3'}],
    ['wait a b c', ['a', 'b', 'c'], {}],
    ['run -- npm test', ['npm', 'test'], {}],
    ['run --tag a --tag b --env X=1 --env Y=2 -- true', ['true'], {tag: ['a', 'b'], env: ['X=1', 'Y=2']}],
    ['run --wait true', ['true'], {wait: true}],
    ['parallel 2', ['2'], {}],
    ['progress emit x --sub-phase done --label a=b', ['x'], {subPhase: 'done', label: ['a=b']}],
    ['events ack t me 12 --force', ['t', 'me', '12'], {force: true}],
    ['events ack t me', ['t', 'me'], {}],
    ['events append --header=a=b t', ['t'], {header: ['a=b']}],
    ['progress report -f -- x', ['x'], {follow: true}],
  ])('of `%s`', (line, operands, options) => {
    expect(parse(line)).toEqual({operands, options, help: false});
  });

  it.each([
    ['run -- grep --help -r x', ['grep', '--help', '-r', 'x']],
    ['run grep --help -r x', ['grep', '--help', '-r', 'x']],
    ['run -- -x --json', ['-x', '--json']],
    ['run -- env -- true', ['env', '--', 'true']],
    ['run --name a -- ls --name b', ['ls', '--name', 'b']],
  ])('behind the command belong to it: `%s`', (line, operands) => {
    expect(parse(line)).toMatchObject({operands, help: false});
  });

  it('may be empty, hold spaces and look like options of ours', () => {
    expect(parse(['run', '-c', 'echo "a b" --wait'])).toMatchObject({
      operands: [],
      options: {c: 'echo "a b" --wait'},
    });
    expect(parse(['run', '--', '', ' ']).operands).toEqual(['', ' ']);
  });
});

describe('a call for help', () => {
  it.each(['ls --help', 'ls -h', 'run --help', 'wait --help', 'logs --bogus --help', 'run --bogus --help'])(
    'is understood: `%s`',
    line => {
      expect(parse(line).help).toBe(true);
    },
  );

  it.each(['run --bogus -- grep --help', 'run --bogus grep --help', 'run --bogus -- ls -h'])(
    'that is meant for the command hides no mistake: `%s`',
    line => {
      expect(() => parse(line)).toThrow("Unknown option '--bogus'.");
    },
  );
});

describe('a mistake', () => {
  it.each([
    ['ls --bogus', "Unknown option '--bogus'.", 'ls'],
    ['ls one two', /^Too many arguments/, 'ls'],
    ['stats a b', /^Too many arguments/, 'stats'],
    ['run --name', "Option '--name <name>' argument missing.", 'run'],
    ['logs --al', /^Unknown option '--al'/, 'logs'],
    ['progress emit', "Missing required argument 'event'.", 'progress emit'],
  ])('is said in one sentence: `%s`', (line, message, command) => {
    expect(() => parse(line)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
        hint: `Run: stint ${command} --help`,
      }),
    );
  });
});
