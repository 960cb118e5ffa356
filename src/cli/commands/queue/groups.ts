import {Client} from '../../../coordinator/client/index.ts';
import {groupsOf} from '../../../jobs/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import type {GROUPS} from '../../definitions/queue.ts';
import {EXIT} from '../../exit-codes.ts';
import {fieldTable, listForm} from '../../listing/list-form.ts';
import {formatRows} from '../../output/formats.ts';
import {table} from '../../output/table.ts';
import {terminalSize} from '../../output/terminal.ts';
import {out, say} from '../../output/write.ts';

const FIELDS = ['name', 'parallel', 'source', 'running', 'waiting'] as const;

export async function run(
  _operands: readonly string[],
  options: OptionsOf<typeof GROUPS>,
  _context: Context,
): Promise<number> {
  const {format, fields, headers} = listForm(options, FIELDS, {
    what: 'group',
    quietly: 'names',
    command: 'stint groups',
  });
  const client = new Client({notify: say});
  try {
    const rows = (await groupsOf(client)).map(group => ({...group}));
    if (format === 'quiet') out(rows.map(({name}) => `${name}\n`).join(''));
    else if (format !== 'table')
      out(await formatRows(rows, format, {fields: fields ?? FIELDS, headers, oneLine: fields !== undefined}));
    else if (rows.length === 0) say('there are no groups yet; to make one: stint parallel 1 --group heavy');
    else out(await (fields === undefined ? drawn(rows, headers) : fieldTable(rows, fields, headers)));
    return EXIT.done;
  } finally {
    client.close();
  }
}

type GroupRow = Awaited<ReturnType<typeof groupsOf>>[number];

function drawn(rows: readonly GroupRow[], headers: boolean): Promise<string> {
  return table(
    [
      {title: 'GROUP', least: 12},
      {title: 'LIMIT', align: 'right'},
      {title: 'RUNNING', align: 'right'},
      {title: 'WAITING', align: 'right'},
      {title: 'BY'},
    ],
    rows.map(({name, parallel, source, running, waiting}) => [
      name,
      parallel === null ? 'none' : String(parallel),
      String(running),
      String(waiting),
      SOURCES[source ?? ''] ?? 'nobody',
    ]),
    terminalSize()?.columns,
    {headers},
  );
}

/** Who says so. */
const SOURCES: Readonly<Record<string, string>> = {set: 'stint parallel', configuration: 'configuration'};
