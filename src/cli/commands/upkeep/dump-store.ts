import {didYouMean, StintError} from '../../../base/index.ts';
import {databasePath} from '../../../coordinator/adapters/index.ts';
import {openRepository} from '../../../jobs/index.ts';
import {insideState} from '../../../platform/index.ts';
import {dumpTable, JOBS_SCHEMA, openForReading, TABLE_NAMES} from '../../../store/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import type {DUMP_STORE} from '../../definitions/upkeep.ts';
import {EXIT} from '../../exit-codes.ts';
import {formatOf, formatRows} from '../../output/formats.ts';
import {out} from '../../output/write.ts';

type Options = OptionsOf<typeof DUMP_STORE>;

export async function run([name]: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  const table = TABLE_NAMES.find(each => each === name);
  if (table === undefined) {
    throw new StintError('USAGE', name === undefined ? 'No table was named.' : `There is no table ${name}.`, {
      hint: [didYouMean(name ?? '', TABLE_NAMES), `There are: ${TABLE_NAMES.join(', ')}.`]
        .filter(Boolean)
        .join(' '),
    });
  }
  const format = formatOf(options, 'ndjson');
  const {state, repoId} = openRepository(cwd);
  const db =
    state === undefined || repoId === undefined
      ? undefined
      : openForReading(insideState(state, databasePath(repoId)), JOBS_SCHEMA);
  if (db === undefined)
    throw new StintError('NO_MATCH', 'Nothing was ever run in this repository, so there is no database.');
  try {
    out(await formatRows(dumpTable(db, table), format === 'table' ? 'markdown' : format));
    return EXIT.done;
  } finally {
    db.close();
  }
}
