import {getStaticTOMLValue, parseTOML} from 'toml-eslint-parser';
import {describe, expect, it} from 'vitest';

import {TOML_DOCUMENTS} from './toml-document.ts';

const PLACE = {servers: 'mcp_servers', name: 'stint'};
const ENTRY = {command: 'stint', args: ['mcp']};
const put = (text: string) => TOML_DOCUMENTS.put(text, PLACE, ENTRY);
const remove = (text: string) => TOML_DOCUMENTS.remove(text, PLACE);
const TABLE = '[mcp_servers.stint]\ncommand = "stint"\nargs = ["mcp"]\n';

describe('a configuration in TOML', () => {
  it.each([
    ['an empty file', '', TABLE],
    [
      'comments and other tables',
      '# mine\nmodel = "x" # why\n\n[a]\nb = 1\n',
      `# mine\nmodel = "x" # why\n\n[a]\nb = 1\n\n${TABLE}`,
    ],
    ['dotted keys', 'mcp_servers.foo.command = "a"\n', `mcp_servers.foo.command = "a"\n\n${TABLE}`],
    ['a byte order mark', '\uFEFFa = 1\n', `\uFEFFa = 1\n\n${TABLE}`],
    ['a list of tables', '[[x]]\na = 1\n[[x]]\n', `[[x]]\na = 1\n[[x]]\n\n${TABLE}`],
  ])('gets a table, and is what it was when that is taken out again: %s', (_, before, after) => {
    expect(put(before)).toBe(after);
    expect(put(after)).toBe(after);
    expect(TOML_DOCUMENTS.read(after, PLACE)).toEqual(ENTRY);
    expect(remove(after)).toBe(before);
  });

  it('keeps the ends of its lines', () => {
    expect(put('a = 1\r\n')).toBe(`a = 1\r\n\r\n${TABLE.replaceAll('\n', '\r\n')}`);
  });

  it('has another table of that name replaced, or taken out, with what lies below it', () => {
    const other = '[mcp_servers.stint]\ncommand = "other"\n# why\nenabled = false\n';
    const below = '[mcp_servers.stint.env]\nA = "1"\n';
    const text = `[a]\nb = 1\n\n# about stint\n${other}\n[c]\n\n${below}\n# last\n[d]\n`;
    expect(put(text)).toBe(`[a]\nb = 1\n\n# about stint\n${TABLE}\n[c]\n\n# last\n[d]\n`);
    expect(remove(text)).toBe('[a]\nb = 1\n\n# about stint\n\n[c]\n\n# last\n[d]\n');
    expect(remove('[a]\n')).toBe('[a]\n');
  });

  it('holds paths of any kind', () => {
    const command = '/a "b"\\c\u007f\t/stint';
    const text = TOML_DOCUMENTS.put('', PLACE, {command, args: [], env: {'A b': 'c'}});
    expect(getStaticTOMLValue(parseTOML(text))).toEqual({
      mcp_servers: {stint: {command, args: [], env: {'A b': 'c'}}},
    });
  });

  it.each([
    ['a =', 'cannot be read as TOML (line 1, column 4: '],
    ['mcp_servers = 3', 'has something else than a table as mcp_servers'],
    [
      '[mcp_servers]\nstint = {command = "x"}\n',
      'has mcp_servers.stint in another way than as a table of its own',
    ],
    ['mcp_servers.stint.command = "x"\n', 'has mcp_servers.stint in another way than as a table of its own'],
  ])('is refused where it would have to be guessed: %s', (text, message) => {
    for (const change of [put, remove]) expect(() => change(text)).toThrow(message);
  });

  it('is refused where no table can be added', () => {
    expect(() => put('mcp_servers = {}\n')).toThrow(
      'has its servers in a form to which no table can be added',
    );
  });
});
