import fc from 'fast-check';
import {expect, it} from 'vitest';
import {COMMANDS} from '../definitions/commands.ts';
import {givesCodeOfJob} from './gives-code-of-job.ts';
import {parseArguments} from './parse.ts';

it.each([
  'wait',
  'wait nosuch',
  'wait --nonsense',
  'wait a --json -- b',
  'run --wait -- x',
  'run --wait',
  'run -f x',
  'run -fc x',
  'run --follow -- x',
  'run --wait-up-to 5m -- x',
  'run --wait-up-to=5m -- x',
  'run --wait-up-to',
  'run --wait=yes -- x',
  'run --wait --nonsense -- x',
  'run --nonsense --wait -- x',
  'run --timeout 5m --wait -- x',
  'run --timeout=5m --wait -- x',
  'run -t 5m -f -- x',
  'run -xf -- x',
  'run --name x --env A=1 --wait y',
  'run --name=x --wait y',
  'run -c true --wait',
])('%s does', line => {
  expect(givesCodeOfJob(line.split(' '))).toBe(true);
});

it.each([
  '',
  'run',
  'run -- x --wait',
  'run -- --wait',
  'run x --wait',
  'run x -f',
  'run -c -f',
  'run -cf',
  'run -c --wait -- x',
  'run --name --wait -- x',
  'run --tag -f -- x',
  'run --nonsense -- x --wait',
  'run - --wait',
  'logs -f x',
  'ls --wait',
  'help wait',
])('%s does not', line => {
  expect(givesCodeOfJob(line.split(' '))).toBe(false);
});

it('agrees with the parser on every line that can be parsed', () => {
  const run = COMMANDS.find(({name}) => name === 'run');
  if (run === undefined) throw new Error('run is gone');
  const words = [
    '--wait',
    '-f',
    '--follow',
    '--wait-up-to',
    '--wait-up-to=1s',
    '-c',
    '-fc',
    '-cf',
    '-ff',
    '--',
  ];
  const others = ['--name', '--name=n', '--json', '--tag', '-', 'x', '1s', '--env', 'A=1', '--nonsense'];
  const line = fc.array(fc.constantFrom(...words, ...others), {maxLength: 6});
  const parsed = (given: string[]) => {
    try {
      return parseArguments(run, given).options;
    } catch {
      return undefined;
    }
  };
  fc.assert(
    fc.property(line, given => {
      const options = parsed(given);
      fc.pre(options !== undefined);
      const waits = options?.wait === true || options?.follow === true || options?.waitUpTo !== undefined;
      expect(givesCodeOfJob(['run', ...given])).toBe(waits);
    }),
    {numRuns: 2000},
  );
});
