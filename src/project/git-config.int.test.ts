import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest';

import {configValues} from './git-config.ts';
import {type TemporaryPlace, temporaryPlace} from './testing/temporary-repo.ts';

const ids = (text: string) => configValues(text, 'stint', 'id');

describe('configValues', () => {
  it('finds a value among other sections', () => {
    expect(ids('[core]\n\tid = no\n[stint]\n\tother = no\n\tid = yes\n[x]\nid = no\n')).toEqual(['yes']);
  });

  it('takes section and key in any case, and several of them', () => {
    expect(ids('[STINT]\nID = 1\n[Stint] Id=2\n[stint]\nid=3')).toEqual(['1', '2', '3']);
  });

  it('passes over comments, also behind a value', () => {
    expect(ids('# [stint]\n; id = 0\n[stint] ; here\n# id = 1\nid = 2 # two\n  id = 3;three\n')).toEqual([
      '2',
      '3',
    ]);
  });

  it('takes quotes, escapes and continued lines as git does', () => {
    expect(ids('[stint]\nid = "a # b" ; c\nid = "x\\ty\\\\\\""\nid = one\\\ntwo\nid = "  in  "  \n')).toEqual(
      ['a # b', 'x\ty\\"', 'onetwo', '  in  '],
    );
  });

  it('takes no subsection for the section', () => {
    expect(ids('[stint "x]"]\nid = no\n[stint "]\n[stint.sub]\nid = no\n')).toEqual([]);
  });

  it('reads a key without a value as true', () => {
    expect(ids('[stint]\nid\nid =\n')).toEqual(['true', '']);
  });

  it('reads files with carriage returns and a byte order mark', () => {
    expect(ids('\uFEFF[stint]\r\n\tid = a b\r\n\tid = "c"\r\n')).toEqual(['a b', 'c']);
  });

  it('finds a value behind lines that make no sense', () => {
    expect(ids('???\n[broken\n=\n[stint]\n%\nid = yes')).toEqual(['yes']);
  });

  it('ends for any text', () => {
    fc.assert(
      fc.property(fc.string({unit: fc.constantFrom(...'[]"\\\n\r=#; \tstintd'), maxLength: 80}), text => {
        expect(Array.isArray(ids(text))).toBe(true);
      }),
    );
  });
});

describe('configValues beside git', () => {
  let place: TemporaryPlace;

  beforeAll(() => {
    vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
    place = temporaryPlace();
  });

  afterAll(() => {
    place.remove();
    vi.unstubAllEnvs();
  });

  it('reads what git reads, for any file that git takes', () => {
    fc.assert(
      fc.property(configText(), text => {
        const expected = gitIds(text);
        fc.pre(expected !== undefined);
        expect(ids(text)).toEqual(expected);
      }),
      {numRuns: 150},
    );
  });

  function gitIds(text: string): string[] | undefined {
    place.write('config', text);
    const entries = tryGit(['config', '--file', 'config', '--null', '--list']);
    return entries
      ?.split('\0')
      .map(entry => /^stint\.id(?:\n([\s\S]*))?$/.exec(entry))
      .filter(entry => entry !== null)
      .map(entry => entry[1] ?? 'true');
  }

  function tryGit(args: string[]): string | undefined {
    try {
      return place.git('.', ...args);
    } catch {
      return undefined; // git refuses the file
    }
  }
});

/** Lines that mostly make sense together. */
function configText(): fc.Arbitrary<string> {
  const blanks = fc.constantFrom('', ' ', '\t', '  ');
  const word = fc.string({unit: fc.constantFrom(...'ab1-/:'), minLength: 1, maxLength: 4});
  const quoted = fc.constantFrom('"a b"', '"#"', '";x"', '"\\\\"', '"\\""', '" "', '""', '"[x]"');
  const escaped = fc.constantFrom('\\n', '\\t', '\\\\', '\\"', '\\\n');
  const value = fc.array(fc.oneof(word, quoted, escaped, fc.constantFrom(' ', '  ')), {maxLength: 5});
  const comment = fc.constantFrom('', '', ' # c', ';c "', ' # \\');
  const key = fc.constantFrom('id', 'ID', 'Id', 'other', 'id2');
  const entry = fc
    .tuple(blanks, key, blanks, value, comment)
    .map(([indent, name, gap, parts, end]) => `${indent}${name}${gap}=${gap}${parts.join('')}${end}`);
  const bare = fc.tuple(blanks, key).map(([indent, name]) => `${indent}${name}`);
  const header = fc.constantFrom(
    '[stint]',
    '[STINT]',
    '[core]',
    '[stint "sub"]',
    '[stint "s\\"]"]',
    '[stint] id = x',
  );
  const line = fc.oneof(entry, entry, header, bare, fc.constantFrom('', '# [stint]', '; id = no'));
  return fc
    .tuple(fc.array(line, {maxLength: 8}), fc.constantFrom('\n', '\n', '\r\n'))
    .map(([lines, newline]) => ['[stint]', ...lines, ''].join(newline));
}
