import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {parse as parseYaml} from 'yaml';

import {formatOf, formatRows} from './formats.ts';

const ROWS = [
  {name: 'a,b', count: 1, tags: ['x', 'y'], note: null, ok: true},
  {name: 'say "hi"|\n\tnow', count: -0.5, tags: [], note: undefined, ok: false},
];

describe('the format', () => {
  it('is the one that was asked for, or the usual one', () => {
    expect(formatOf({}, 'table')).toBe('table');
    expect(formatOf({json: true}, 'table')).toBe('json');
    expect(formatOf({format: 'csv'}, 'table')).toBe('csv');
    expect(formatOf({format: 'csv', json: true}, 'table')).toBe('csv');
  });

  it('is refused by name when there is no such', () => {
    expect(() => formatOf({format: 'xml'}, 'table')).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: "--format is 'xml'.",
        hint: 'It can be: table, json, ndjson, csv, tsv, yaml, markdown.',
      }),
    );
  });
});

describe('a list', () => {
  it('is one JSON array', async () => {
    expect(JSON.parse(await formatRows(ROWS, 'json'))).toEqual(JSON.parse(JSON.stringify(ROWS)));
    expect(await formatRows([], 'json')).toBe('[]\n');
  });

  it('is one JSON object per line', async () => {
    const lines = (await formatRows(ROWS, 'ndjson')).split('\n');
    expect(lines.slice(0, -1).map(line => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(ROWS)));
    expect(lines.at(-1)).toBe('');
  });

  it('is CSV with a header', async () => {
    expect(await formatRows(ROWS, 'csv')).toBe(
      'name,count,tags,note,ok\n' +
        '"a,b",1,"[""x"",""y""]",,true\n' +
        '"say ""hi""|\n\tnow",-0.5,[],,false\n',
    );
  });

  it('is CSV from which every cell comes back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({unit: 'binary'}), {minLength: 1, maxLength: 5}), async cells => {
        const row = Object.fromEntries(cells.map((cell, at) => [`c${at}`, cell]));
        const [, ...lines] = parseCsv(await formatRows([row], 'csv'));
        expect(lines).toEqual([cells]);
      }),
      {numRuns: 50},
    );
  });

  it('is TSV whose cells hold no tab and no line end', async () => {
    expect(await formatRows(ROWS, 'tsv')).toBe(
      'name\tcount\ttags\tnote\tok\n' + 'a,b\t1\t["x","y"]\t\ttrue\n' + 'say "hi"|  now\t-0.5\t[]\t\tfalse\n',
    );
  });

  it('is YAML that means the same', async () => {
    expect(parseYaml(await formatRows(ROWS, 'yaml'))).toEqual([ROWS[0], {...ROWS[1], note: undefined}]);
  });

  it('is a table of Markdown, whatever the cells hold', async () => {
    const rows = [
      {a: 'x|y', b: 'one\r\ntwo'},
      {a: 'back\\|slash', b: '\\'},
    ];
    expect(await formatRows(rows, 'markdown')).toBe(
      '| a | b |\n| --- | --- |\n| x\\|y | one two |\n| back\\\\\\|slash | \\ |\n',
    );
  });

  it.each(['csv', 'tsv', 'markdown', 'ndjson'] as const)('without rows is empty as %s', async format => {
    expect(await formatRows([], format)).toBe('');
  });
});

/** RFC 4180, as a reader of our CSV would do it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\n)/gy;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\n') rows.push([]);
  }
  expect(pattern.lastIndex).toBe(0); // everything was read
  return rows.slice(0, -1);
}
