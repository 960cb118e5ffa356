import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {findCommand} from '../../src/cli/command-line/find-command.ts';
import {parseArguments} from '../../src/cli/command-line/parse.ts';
import {COMMANDS} from '../../src/cli/definitions/commands.ts';
import {EXIT} from '../../src/cli/exit-codes.ts';
import {JOB_FILES} from '../../src/coordinator/adapters/index.ts';
import {STATUSES} from '../../src/coordinator/domain/job/status.ts';
import {REQUESTS, STREAMS} from '../../src/coordinator/protocol/requests.ts';
import type {ListedJob} from '../../src/coordinator/reader/index.ts';
import {listedProgress} from '../../src/jobs/view/listed-progress.ts';
import {viewOf} from '../../src/jobs/view/view-of.ts';
import {PROGRESS_FIELDS, PROGRESS_SCHEMA, SUB_PHASES} from '../../src/progress/record.ts';
import {semanticBackfill} from '../../src/semantic-backfill/index.ts';
import {JOBS_SCHEMA, TABLE_NAMES} from '../../src/store/index.ts';
import {invocationRowOf, jobRowOf} from '../../src/store/testing/sample-rows.ts';
import {
  firstCells,
  formatsSection,
  inBackticks,
  links,
  type Shown,
  shellWords,
  shownCommands,
} from './documents.ts';
import {ROOT} from './package-copy.ts';

describe('what the documents show', () => {
  it('is a command with its options wherever it begins with stint', () => {
    const shown = shownCommands('stint').filter(({text}) => !text.startsWith('stint <'));
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.flatMap(problemOf)).toEqual([]);
  });

  it('is the same in the examples of --help', () => {
    const examples = COMMANDS.flatMap(command =>
      command.examples.map(([text]) => ({at: command.name, text})),
    );
    expect(examples.flatMap(problemOf)).toEqual([]);
  });

  it('is an npm script wherever it begins with npm run', () => {
    const {scripts} = JSON.parse(source('package.json')) as {scripts: Record<string, string>};
    const unknown = shownCommands('npm run').filter(
      ({text}) => scripts[text.split(' ')[2] ?? ''] === undefined,
    );
    expect(unknown).toEqual([]);
  });

  it('is a file wherever it is a link', () => {
    expect(links().length).toBeGreaterThan(5);
    expect(links().filter(({text}) => !existsSync(join(ROOT, text)))).toEqual([]);
  });

  it('is a source file wherever ARCHITECTURE.md names one', () => {
    const named = [...source('ARCHITECTURE.md').matchAll(/`([\w./-]+[.]ts)`/g)].map(([, name = '']) => name);
    const files = readdirSync(join(ROOT, 'src'), {recursive: true, encoding: 'utf8'}).map(file => `/${file}`);
    expect(named.length).toBeGreaterThan(50);
    const isThere = (name: string) =>
      existsSync(join(ROOT, name)) || files.some(file => file.endsWith(`/${name}`));
    expect(named.filter(name => !isThere(name))).toEqual([]);
  });

  it('is three routes of at most ten stations each, one file and one sentence', () => {
    const section = source('ARCHITECTURE.md').split('## Three routes')[1]?.split('\n## ')[0] ?? '';
    const routes = section.split('| | station |').slice(1);
    const stations = routes.map(route =>
      [...route.matchAll(/^\| \d+ \| `([^`]+)` \| [^|]+ \|$/gm)].map(([, file = '']) => file),
    );
    expect(stations).toHaveLength(3);
    for (const files of stations) {
      expect(files.length).toBeLessThanOrEqual(10);
      expect(files.filter(file => !existsSync(join(ROOT, 'src', file)))).toEqual([]);
    }
  });
});

describe('docs/formats.md', () => {
  it('has a row for every request with the kind of its answer, and names every key of its payload and its answer', () => {
    const rows = tableRows(
      formatsSection('## 6.'),
      '| request | kind of answer | payload | answer | what it does |',
    );
    expect(rows.map(([name = '', kind = '']) => [...inBackticks(name), ...inBackticks(kind)])).toEqual(
      Object.entries(REQUESTS).map(([name, {kind}]) => [name, kind]),
    );
    expect(rows.map(cells => cells.length)).toEqual(rows.map(() => 5));
    for (const [name, {payload, answer}] of Object.entries(REQUESTS))
      expect({name, missing: undocumented(payload, answer)}).toEqual({name, missing: []});
  });

  it('has a row for every stream, and names every key of its payload and its frames', () => {
    const rows = tableRows(formatsSection('## 6.'), '| stream | payload | frame |');
    expect(rows.flatMap(([name = '']) => inBackticks(name))).toEqual(Object.keys(STREAMS));
    for (const [at, [name, {payload}]] of Object.entries(STREAMS).entries()) {
      const words = inBackticks(rows[at]?.[1] ?? '');
      expect({name, words}).toEqual({name, words: expect.arrayContaining(Object.keys(payload.entries))});
    }
    expect(undocumented(STREAMS.WatchJobs.frame, STREAMS.TailLogs.frame.options[1])).toEqual([]);
    expect(firstCells(formatsSection('## 3.'))).toEqual(
      expect.arrayContaining(Object.keys(STREAMS.TailLogs.frame.options[0].entries)),
    );
  });

  it('has a row for every status of a job', () => {
    const rows = tableRows(formatsSection('### Listing'), '| status | meaning |');
    const words = rows.flatMap(([status = '']) => inBackticks(status));
    expect(words.toSorted()).toEqual([...Object.keys(STATUSES), 'unknown'].toSorted());
  });

  it('has a row for every field of a listing, in their order', () => {
    const now = {at: 0};
    const fields = Object.keys(viewOf(SAMPLE, now, {progress: listedProgress(SAMPLE, now).fields}));
    const documented = firstCells(formatsSection('### Listing')).filter(word => fields.includes(word));
    expect(documented).toEqual(fields);
  });

  it('has a row for every error code, and none for another', () => {
    const declared = source('src/base/errors.ts').match(/(?<=ErrorCode =)[^;]+/)?.[0] ?? '';
    const codes = [...declared.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(10);
    expect(firstCells(formatsSection('## 8.'))).toEqual(codes);
  });

  it('has a row for every variable of the environment that is read or set', () => {
    const text = sources() + source('bin/load.cjs');
    const read = [...text.matchAll(/\b(?:(?:env|environment\(\))\.|environmentPath\(')([A-Z_]+)\b/g)].map(
      ([, name = '']) => name,
    );
    const named = text.match(/\b(STINT|XDG|CASS)_[A-Z_]*[A-Z]\b/g) ?? [];
    const rows = firstCells(formatsSection('## 4.'));
    const variables = new Set([...read, ...named].filter(name => !NO_VARIABLES.has(name)));
    expect([...variables].filter(name => !rows.includes(name))).toEqual([]);
    expect(rows.filter(name => !variables.has(name))).toEqual([]);
  });

  it('has a row for every key of a record', () => {
    const writers = ['spool-transcoder', 'record-frame'].map(name =>
      source(`src/coordinator/adapters/recording/transcoding/${name}.ts`),
    );
    const keys = new Set([...writers.join('').matchAll(/[{,]"(\w+)":/g)].map(([, key = '']) => key));
    expect(keys.size).toBeGreaterThan(7);
    const rows = firstCells(formatsSection('## 3.'));
    expect([...keys].filter(key => !rows.includes(key))).toEqual([]);
  });

  it('has a row for every status event', () => {
    const declared =
      source('src/coordinator/domain/state/status-event.ts').match(
        /type StatusEvent =[^;]+(;[^}]*\}[^;]*)*/,
      )?.[0] ?? '';
    const events = new Set([...declared.matchAll(/event: '(\w+)'/g)].map(([, event]) => event));
    expect(events.size).toBeGreaterThan(3);
    expect(firstCells(formatsSection('## 3.'))).toEqual(expect.arrayContaining([...events]));
  });

  it('names every file of a job', () => {
    expect(firstCells(formatsSection('## 1.'))).toEqual(expect.arrayContaining(Object.values(JOB_FILES)));
  });

  it('names every table of the database with its columns, and the schema', () => {
    const section = formatsSection('## 7.');
    expect(firstCells(section).sort()).toEqual([...TABLE_NAMES].sort());
    expect(section).toContain(`\`user_version\` the schema: ${JOBS_SCHEMA.version}`);
    const columns = [...Object.keys(invocationRowOf()), ...Object.keys(jobRowOf())];
    expect(columns.filter(column => !inBackticks(section).includes(column))).toEqual([]);
  });

  it('names every table of the event log with its columns', () => {
    const sql = source('src/store/migrations/events/0001-topics.sql');
    const tables = [...sql.matchAll(/CREATE TABLE (\w+) \(\n([^;]+)\)/g)];
    expect(tables.length).toBe(3);
    const section = formatsSection('## 11.');
    const rows = section.split('\n').filter(line => line.startsWith('| `'));
    for (const [, table = '', body = ''] of tables) {
      const columns = [...body.matchAll(/^ {2}([a-z_]+) /gm)].map(([, column]) => column);
      const row = rows.find(line => line.startsWith(`| \`${table}\` |`)) ?? '';
      expect(inBackticks(row)).toEqual(expect.arrayContaining([table, ...columns]));
    }
  });

  it('has a row for every key and every event of progress', () => {
    const [section = ''] = formatsSection('## 9.').split('\n### ');
    const keys = [
      'schema',
      'event',
      'phase',
      'sub_phase',
      'ts_ms',
      'elapsed_ms',
      'run_id',
      'seq',
      'pid',
      'rss_mib',
    ];
    const rows = firstCells(section);
    expect(rows).toEqual([...keys, ...PROGRESS_FIELDS, ...Object.keys(semanticBackfill)]);
    expect(inBackticks(section)).toEqual(expect.arrayContaining([...SUB_PHASES, PROGRESS_SCHEMA]));
  });

  it('has a row for every exit code', () => {
    const rows = [...formatsSection('## 5.').matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    expect(rows).toEqual(Object.values(EXIT));
  });

  it('says what every command prints with --json', () => {
    const withJson = COMMANDS.filter(({options}) => options.some(({flags}) => flags === '--json'));
    const rows = firstCells(formatsSection('### What `--json` prints'));
    expect(rows.sort()).toEqual(withJson.map(({name}) => name).sort());
  });
});

/** Words in the source that look like variables of the environment. */
const NO_VARIABLES = new Set(['STINT_FILE', 'TERM', 'PATH']);

/** What is wrong with a command line that begins with `stint`. */
function problemOf({at, text}: Shown): string[] {
  const [, ...words] = shellWords(text);
  const [name] = words;
  if (name?.startsWith('-')) return ['--help', '--version'].includes(name) ? [] : [`${at}: ${name}`];
  try {
    const named = findCommand(words);
    if (named.kind === 'command') parseArguments(named.command, named.rest);
    return [];
  } catch (error) {
    return [`${at}: ${text}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** The cells of each row of the table with this head. */
function tableRows(text: string, head: string): string[][] {
  const lines = text.split('\n');
  const start = lines.indexOf(head);
  if (start < 0) throw new Error(`there is no table ${head}`);
  const rows = lines.slice(start + 2);
  return rows.slice(0, rows.indexOf('')).map(line => line.split('|').slice(1, -1));
}

/** The keys of these schemas that the chapter on the protocol does not name. */
function undocumented(...schemas: readonly unknown[]): string[] {
  const words = new Set(inBackticks(formatsSection('## 6.')));
  return schemas.flatMap(keysOf).filter(key => !words.has(key));
}

/** The names of all keys in a valibot schema, however deep. */
function keysOf(schema: unknown): string[] {
  const {entries = {}, item, wrapped, options = []} = schema as Schema;
  const inner = [...Object.values(entries), item, wrapped, ...options].filter(each => each !== undefined);
  return [...Object.keys(entries), ...inner.flatMap(keysOf)];
}

interface Schema {
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly item?: unknown;
  readonly wrapped?: unknown;
  readonly options?: readonly unknown[];
}

function source(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** All that is compiled, as one text. */
function sources(): string {
  return readdirSync(join(ROOT, 'src'), {recursive: true, encoding: 'utf8'})
    .filter(file => file.endsWith('.ts') && !/[.]test[.]ts$|[/]testing[/]/.test(file))
    .map(file => source(join('src', file)))
    .join('\n');
}

const SAMPLE = {
  repo: '0123456789abcdef',
  row: {...invocationRowOf(), ...jobRowOf()},
  state: {status: 'queued'},
  sizeBytes: 0,
  journal: '',
} as unknown as ListedJob;
