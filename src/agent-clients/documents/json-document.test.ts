import fc from 'fast-check';
import {parse} from 'jsonc-parser';
import {describe, expect, it} from 'vitest';

import {JSON_DOCUMENTS} from './json-document.ts';

const PLACE = {servers: 'mcpServers', name: 'stint'};
const ENTRY = {command: 'stint', args: ['mcp']};
const put = (text: string) => JSON_DOCUMENTS.put(text, PLACE, ENTRY);
const remove = (text: string) => JSON_DOCUMENTS.remove(text, PLACE);
const read = (text: string) => JSON_DOCUMENTS.read(text, PLACE);

/** Before, and after. */
const CASES: readonly (readonly [string, string, string])[] = [
  [
    'an empty file',
    '',
    '{\n  "mcpServers": {\n    "stint": {\n      "command": "stint",\n      "args": ["mcp"]\n    }\n  }\n}\n',
  ],
  [
    'other servers, comments and a comma behind the last',
    '{\n\t// mine\n\t"mcpServers": {\n\t\t"x": {"command": "y"}, // stays\n\t},\n\t"z": 1\n}\n',
    '{\n\t// mine\n\t"mcpServers": {\n\t\t"x": {"command": "y"}, // stays\n\t\t"stint": {\n\t\t\t"command": "stint",\n\t\t\t"args": ["mcp"]\n\t\t},\n\t},\n\t"z": 1\n}\n',
  ],
  [
    'a comment behind the last server',
    '{\r\n    "mcpServers": {\r\n        "x": {} // stays, it does\r\n    }\r\n}',
    '{\r\n    "mcpServers": {\r\n        "x": {}, // stays, it does\r\n        "stint": {\r\n            "command": "stint",\r\n            "args": ["mcp"]\r\n        }\r\n    }\r\n}',
  ],
  [
    'a list of servers that holds a comment only',
    '{\n  "mcpServers": {\n    /* none */\n  }\n}',
    '{\n  "mcpServers": {\n    /* none */\n    "stint": {\n      "command": "stint",\n      "args": ["mcp"]\n    }\n  }\n}',
  ],
  [
    'one line',
    '{"a":1,"mcpServers":{"x":{"command":"y"}}}',
    '{"a":1,"mcpServers":{"x":{"command":"y"}, "stint": {"command": "stint", "args": ["mcp"]}}}',
  ],
  [
    'servers in one line of several',
    '{\n  "mcpServers": {"x": {}},\n  "a": 1\n}\n',
    '{\n  "mcpServers": {"x": {}, "stint": {"command": "stint", "args": ["mcp"]}},\n  "a": 1\n}\n',
  ],
  [
    'a byte order mark, and an empty list',
    '\uFEFF{\n  "mcpServers": {}\n}\n',
    '\uFEFF{\n  "mcpServers": {\n    "stint": {\n      "command": "stint",\n      "args": ["mcp"]\n    }\n  }\n}\n',
  ],
];

describe('a configuration in JSON', () => {
  it.each(CASES)('gets the entry, and loses nothing: %s', (_, before, after) => {
    expect(put(before)).toBe(after);
    expect(read(after)).toEqual(ENTRY);
    expect(put(after)).toBe(after);
  });

  it.each(CASES.slice(1))('is what it was when the entry is taken out again: %s', (_, before, after) => {
    expect(remove(after)).toBe(before);
  });

  it('gets a list of servers where it has none, which stays', () => {
    const before = '// about\n{\n  "a": 1 // one\n}\n';
    const after = put(before);
    expect(after).toBe(
      '// about\n{\n  "a": 1, // one\n  "mcpServers": {\n    "stint": {\n      "command": "stint",\n      "args": ["mcp"]\n    }\n  }\n}\n',
    );
    expect(remove(after)).toBe('// about\n{\n  "a": 1, // one\n  "mcpServers": {}\n}\n');
    expect(put('// only words')).toBe(`// only words\n${put('')}`);
  });

  it('has another entry of that name replaced in its place', () => {
    const before = '{\n  "mcpServers": {\n    "stint": {"command": "other"}, // old\n    "x": {}\n  }\n}\n';
    expect(put(before)).toBe(
      '{\n  "mcpServers": {\n    "stint": {\n      "command": "stint",\n      "args": ["mcp"]\n    }, // old\n    "x": {}\n  }\n}\n',
    );
    expect(remove(before)).toBe('{\n  "mcpServers": {\n    // old\n    "x": {}\n  }\n}\n');
  });

  it('loses no line to a comment when an entry goes that others follow in its line', () => {
    const text = '{"mcpServers": {\n// mine\n"stint": {}, "x": {"command": "y"}}}';
    expect(parse(remove(text))).toEqual({mcpServers: {x: {command: 'y'}}});
  });

  it.each([
    ['{"mcpServers": ', 'cannot be read as JSON (line 1, column 16: value expected)'],
    ['{"a": 1}}', 'cannot be read as JSON (line 1, column 9: end of file expected)'],
    ['[]', 'holds no object of JSON'],
    ['{"mcpServers": []}', 'has something else than an object as "mcpServers"'],
    ['{"mcpServers": {}, "mcpServers": {}}', 'has "mcpServers" twice'],
    ['{"mcpServers": {"stint": 1, "stint": 2}}', 'has "stint" twice'],
  ])('is refused where it would have to be guessed: %s', (text, message) => {
    for (const look of [read, put, remove]) expect(() => look(text)).toThrow(message);
  });

  it('says the same as before but for the entry, whatever it says and however it is laid out', () => {
    const servers = fc.dictionary(
      fc.string().filter(key => key !== 'stint' && key !== '__proto__'),
      fc.jsonValue({maxDepth: 2}),
    );
    const config = fc.record(
      {
        mcpServers: servers,
        theme: fc.jsonValue({maxDepth: 2}),
        projects: fc.dictionary(fc.string(), fc.jsonValue({maxDepth: 2})),
      },
      {requiredKeys: []},
    );
    const indent = fc.constantFrom(0, 2, 4, '\t');
    const end = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(config, indent, end, (value, space, eol) => {
        const text = JSON.stringify(value, null, space).replaceAll('\n', eol);
        const with_ = put(text);
        const told = JSON.parse(text) as {mcpServers?: object};
        expect(JSON.parse(with_)).toEqual({...told, mcpServers: {...told.mcpServers, stint: ENTRY}});
        const back = remove(with_);
        expect(back).toBe(told.mcpServers === undefined ? back : text);
        expect(JSON.parse(back)).toEqual({...told, mcpServers: {...told.mcpServers}});
      }),
    );
  });
});
