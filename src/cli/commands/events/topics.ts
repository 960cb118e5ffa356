import type {OptionsOf} from '../../command.ts';
import type {EVENTS_TOPICS} from '../../definitions/events.ts';
import {withExistingLog} from '../../events/log-place.ts';
import {EXIT} from '../../exit-codes.ts';
import {formatOf, formatRows} from '../../output/formats.ts';
import {table} from '../../output/table.ts';
import {terminalSize} from '../../output/terminal.ts';
import {out, say} from '../../output/write.ts';

type Options = OptionsOf<typeof EVENTS_TOPICS>;

export async function run(_operands: readonly string[], options: Options): Promise<number> {
  const format = formatOf(options, 'table');
  const topics = await withExistingLog(options, async log => (await log?.topics()) ?? []);
  const rows = topics.map(({topic, first, latest, chained}) => ({
    topic,
    entries: latest + 1 - first,
    first,
    latest,
    chained,
  }));
  if (format !== 'table') out(await formatRows(rows, format));
  else if (rows.length === 0) say('there are no topics yet');
  else out(await drawn(rows));
  return EXIT.done;
}

interface TopicRow {
  readonly topic: string;
  readonly entries: number;
  readonly first: number;
  readonly latest: number;
  readonly chained: boolean;
}

function drawn(rows: readonly TopicRow[]): Promise<string> {
  return table(
    [
      {title: 'TOPIC', least: 12},
      {title: 'ENTRIES', align: 'right'},
      {title: 'FIRST', align: 'right'},
      {title: 'LATEST', align: 'right'},
      {title: 'CHAINED'},
    ],
    rows.map(({topic, entries, first, latest, chained}) => [
      topic,
      String(entries),
      entries === 0 ? '-' : String(first),
      String(latest),
      chained ? 'yes' : 'no',
    ]),
    terminalSize()?.columns,
  );
}
