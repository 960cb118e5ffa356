import {spawnSync} from 'node:child_process';

import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {currentUmask, splitNul} from './environment.ts';
import {type ChildProgram, childProgram} from './testing/child-program.ts';

/** Prints the entries as base64, after what the arguments change in `process.env`. */
const PRINTER = `
import {argumentBytes, environmentEntries} from 'SRC/platform/index.ts';
const [what, ...changes] = process.argv.slice(2);
for (const change of changes.filter(each => !each.startsWith('x'))) {
  const [name, value] = change.split('=');
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
const entries = what === 'arguments' ? argumentBytes().slice(3) : environmentEntries();
process.stdout.write(entries.map(entry => entry.toString('base64') + '\\n').join(''));
`;

let program: ChildProgram;
beforeAll(async () => {
  program = await childProgram(PRINTER);
});
afterAll(() => program.remove());

/** What the printer prints when it is started with these bytes by \`env -i\`; printf makes the bytes of \`\\xHH\`. */
function printed(environment: readonly string[], ...args: readonly string[]): string[] {
  const words = environment.map(word => `"$(printf '%b' '${word}')"`).join(' ');
  const given = args.map(word => `"$(printf '%b' '${word}')"`).join(' ');
  const {stdout, stderr} = spawnSync(
    'bash',
    ['-c', `LC_ALL=C exec env -i -- ${words} "$0" "$1" ${given}`, process.execPath, program.path],
    {encoding: 'utf8'},
  );
  if (stderr !== '') throw new Error(stderr);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map(line => Buffer.from(line, 'base64').toString('latin1'));
}

describe('the environment as entries', () => {
  it('is what this process was given, byte for byte and in order', () => {
    const environment = ['B=1', 'A=', 'a.b=2', 'BASH_FUNC_x%%=() { :; }', 'Z=a=b'];
    expect(printed(environment, 'environment')).toEqual(environment);
  });

  it('keeps bytes that are not UTF-8, in values and in names', () => {
    expect(printed(['A=\\xff\\xfe', 'N\\xe9=1', 'B=2'], 'environment')).toEqual([
      'A=\xff\xfe',
      'N\xe9=1',
      'B=2',
    ]);
  });

  it('has what the program changed since', () => {
    expect(printed(['A=1', 'B=2', 'C=\\xff'], 'environment', 'B=3', 'D=4')).toEqual([
      'A=1',
      'B=3',
      'C=\xff',
      'D=4',
    ]);
    expect(printed(['A=1', 'B=2'], 'environment', 'A')).toEqual(['B=2']);
  });

  it('has variables whose names are numbers', () => {
    expect(printed(['1=one', 'A=2'], 'environment', 'A=3')).toEqual(['1=one', 'A=3']);
  });
});

describe('the arguments', () => {
  it('are the bytes that were given, empty ones too', () => {
    expect(printed(['A=1'], 'arguments', 'x\\xff', 'x', 'xé')).toEqual(['x\xff', 'x', 'x\xc3\xa9']);
  });
});

describe('splitting at zero bytes', () => {
  it.each([
    ['', []],
    ['a\0', ['a']],
    ['a\0b', ['a', 'b']],
    ['a\0\0b\0', ['a', 'b']],
  ])('%j', (text, expected) => {
    expect(splitNul(Buffer.from(text)).map(String)).toEqual(expected);
  });
});

describe('the umask', () => {
  it('is told without being changed', () => {
    const before = process.umask();
    expect(currentUmask()).toBe(before);
    expect(process.umask()).toBe(before);
  });
});
