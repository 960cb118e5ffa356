import {stringifyWellFormed} from '../../../base/index.ts';
import type {LogDescription} from '../../../event-log/index.ts';
import type {OptionsOf} from '../../command.ts';
import type {EVENTS_DESCRIBE} from '../../definitions/events.ts';
import {logPlace, withExistingLog} from '../../events/log-place.ts';
import {EXIT} from '../../exit-codes.ts';
import {sizeText} from '../../output/human.ts';
import {visible} from '../../output/visible.ts';
import {out, say} from '../../output/write.ts';

type Options = OptionsOf<typeof EVENTS_DESCRIBE>;

/** Also of a log that is not there yet: where it will be. */
export async function run(_operands: readonly string[], options: Options): Promise<number> {
  const {backend, location} = await logPlace(options);
  const found = await withExistingLog(options, async log => log?.describe());
  const told: LogDescription = found ?? {backend, location, size_bytes: null, topics: 0, queued: 0};
  if (options.json) out(`${stringifyWellFormed(told, 2)}\n`);
  else out(described(told));
  if (found === undefined) say('there is no event log yet: the first stint events append makes it');
  return EXIT.done;
}

function described({backend, location, size_bytes: size, topics}: LogDescription): string {
  const rows = [
    ['backend', backend],
    ['location', location ?? '-'],
    ['size', size === null ? '-' : sizeText(size)],
    ['topics', String(topics)],
  ] as const;
  return rows.map(([name, value]) => `${name.padEnd(8)}  ${visible(value)}\n`).join('');
}
