import {StintError} from '../../../base/index.ts';
import type {EventLog} from '../../../event-log/index.ts';
import {systemClock} from '../../../platform/index.ts';
import type {OptionsOf} from '../../command.ts';
import {wholeNumber} from '../../command-line/option-values.ts';
import type {EVENTS_READ} from '../../definitions/events.ts';
import {EntrySequence} from '../../events/entry-sequence.ts';
import {entryPrinter} from '../../events/entry-text.ts';
import {knownTopic} from '../../events/known-topic.ts';
import {withExistingLog} from '../../events/log-place.ts';
import {EXIT} from '../../exit-codes.ts';
import {out} from '../../output/write.ts';

type Options = OptionsOf<typeof EVENTS_READ>;

const PAGE = 1000;

interface Wanted {
  readonly after: number;
  readonly limit: number;
  readonly last: number | undefined;
  /** Empty for all. */
  readonly kinds: ReadonlySet<string>;
}

/** What is there when it begins, so that it ends also where somebody appends all the time. */
export async function run([topic = '']: readonly string[], options: Options): Promise<number> {
  const wanted = wantedOf(options);
  await withExistingLog(options, async opened => {
    const {log, info} = await knownTopic(opened, topic);
    const print = entryPrinter(options.json, systemClock.now);
    let after = await startOf(log, topic, info.latest, wanted);
    // Without an id to begin behind, it begins with the oldest that is there.
    const sequence = new EntrySequence(
      log,
      topic,
      wanted.after > 0 ? after + 1 : Math.max(after + 1, info.first),
    );
    let left = wanted.last ?? wanted.limit;
    while (left > 0 && after < info.latest) {
      const most = wanted.kinds.size === 0 ? Math.min(PAGE, left) : PAGE;
      const page = await log.readRange(topic, {after, limit: Math.min(most, info.latest - after)});
      await sequence.came(page);
      const last = page.at(-1);
      if (last === undefined) {
        await sequence.endedAt(info.latest);
        break;
      }
      const chosen = page.filter(({kind}) => isWanted(kind, wanted)).slice(0, left);
      if (chosen.length > 0) out(chosen.map(print).join(''));
      left -= chosen.length;
      after = last.id;
    }
    if (sequence.problem !== undefined) throw sequence.problem;
  });
  return EXIT.done;
}

function wantedOf(options: Options): Wanted {
  const limit = wholeNumber(options.limit, '--limit', 0);
  const last = wholeNumber(options.last, '--last', 0);
  if (limit !== undefined && last !== undefined)
    throw new StintError('USAGE', 'Give either --limit or --last, not both.');
  return {
    after: wholeNumber(options.after, '--after', 0) ?? 0,
    limit: limit ?? Number.POSITIVE_INFINITY,
    last,
    kinds: new Set(options.kind ?? []),
  };
}

/** The id behind which the first wanted entry is. Of certain kinds the last ones are looked for from the end, page by page. */
async function startOf(log: EventLog, topic: string, latest: number, wanted: Wanted): Promise<number> {
  const {after, last, kinds} = wanted;
  if (last === undefined) return after;
  if (kinds.size === 0) return Math.max(after, latest - last);
  let missing = last;
  for (let end = latest; end > after && missing > 0; end -= PAGE) {
    const ids = await wantedIds(log, topic, {from: Math.max(after, end - PAGE), end}, wanted);
    if (ids.length >= missing) return (ids[ids.length - missing] ?? 1) - 1;
    missing -= ids.length;
  }
  return after;
}

/** Of the entries after `from`, up to `end`. */
async function wantedIds(
  log: EventLog,
  topic: string,
  {from, end}: {readonly from: number; readonly end: number},
  wanted: Wanted,
): Promise<number[]> {
  const ids: number[] = [];
  for (let after = from; after < end; ) {
    const page = await log.readRange(topic, {after, limit: end - after});
    ids.push(...page.filter(({id, kind}) => id <= end && isWanted(kind, wanted)).map(({id}) => id));
    after = page.at(-1)?.id ?? end;
  }
  return ids;
}

function isWanted(kind: string, {kinds}: Wanted): boolean {
  return kinds.size === 0 || kinds.has(kind);
}
