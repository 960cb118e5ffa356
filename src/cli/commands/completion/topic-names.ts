import type {Options} from '../../command.ts';
import {withExistingLog} from '../../events/log-place.ts';

/** The topics of the event log that these options name, for completion: in a file of the bundle that others seldom need. */
export async function run({backend, db, dir}: Options): Promise<string[]> {
  const place = {backend: textOf(backend), db: textOf(db), dir: textOf(dir)};
  const topics = await withExistingLog(place, async log => (await log?.topics()) ?? []);
  return topics.map(({topic}) => topic);
}

function textOf(value: Options[string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
