/** What is there, then what comes. An entry is acknowledged once it was printed: after a crash it may be printed again. */
import {didYouMean, StintError} from '../../../base/index.ts';
import {checkConsumer, checkTopic, type EventLog, type LogEntry} from '../../../event-log/index.ts';
import {onInterrupt, systemClock} from '../../../platform/index.ts';
import type {OptionsOf} from '../../command.ts';
import {wholeNumber} from '../../command-line/option-values.ts';
import type {EVENTS_TAIL} from '../../definitions/events.ts';
import {awaitLog} from '../../events/await-log.ts';
import {EntrySequence} from '../../events/entry-sequence.ts';
import {entryPrinter} from '../../events/entry-text.ts';
import {inGroups} from '../../events/in-groups.ts';
import {openExistingLog} from '../../events/log-place.ts';
import {EXIT} from '../../exit-codes.ts';
import {out, say} from '../../output/write.ts';

type Options = OptionsOf<typeof EVENTS_TAIL>;

/** So many are printed, and acknowledged, together when they are there already. */
const GROUP = 256;

interface Wanted {
  readonly topic: string;
  readonly after: number;
  readonly last: number | undefined;
  readonly consumer: string | undefined;
  readonly acknowledges: boolean;
  readonly count: number;
}

export async function run([topic = '']: readonly string[], options: Options): Promise<number> {
  const wanted = wantedOf(topic, options);
  const stopped = new AbortController();
  const restore = onInterrupt(() => stopped.abort());
  let log: EventLog | undefined;
  try {
    log = await openExistingLog(options);
    if (log === undefined) say('there is no event log yet: waiting for it');
    else await sayIfUnknown(log, topic);
    log ??= await awaitLog(options, stopped.signal);
    if (log !== undefined) await follow(log, wanted, entryPrinter(options.json, systemClock.now), stopped);
    return EXIT.done;
  } finally {
    restore();
    await log?.close();
  }
}

function wantedOf(topic: string, options: Options): Wanted {
  checkTopic(topic);
  const after = wholeNumber(options.after, '--after', 0);
  const last = wholeNumber(options.last, '--last', 0);
  const consumer = options.consumer;
  if (consumer !== undefined) checkConsumer(consumer);
  if ([after, last, consumer].filter(each => each !== undefined).length > 1)
    throw new StintError('USAGE', 'Give one of --after, --last and --consumer: each tells where to begin.');
  const acknowledges = options.ack === true;
  if (acknowledges && consumer === undefined)
    throw new StintError('USAGE', '--ack needs --consumer: somebody acknowledges.');
  const count = wholeNumber(options.count, '--count', 1) ?? Number.POSITIVE_INFINITY;
  return {topic, after: after ?? 0, last, consumer, acknowledges, count};
}

async function sayIfUnknown(log: EventLog, topic: string): Promise<void> {
  const names = (await log.topics()).map(each => each.topic);
  if (names.includes(topic)) return;
  const meant = didYouMean(topic, names);
  say(`there is no topic ${topic} yet: waiting for it${meant === '' ? '' : `. ${meant}`}`);
}

async function follow(
  log: EventLog,
  wanted: Wanted,
  print: (entry: LogEntry) => string,
  stopped: AbortController,
): Promise<void> {
  const {topic, consumer, acknowledges, count} = wanted;
  const after = await startOf(log, wanted);
  const entries = log.subscribe(topic, {after, signal: stopped.signal});
  const sequence = new EntrySequence(
    log,
    topic,
    after > 0 && wanted.last === undefined ? after + 1 : await oldest(log, topic, after),
  );
  let left = count;
  for await (const group of inGroups(entries, GROUP)) {
    const printed = group.slice(0, left);
    for (const missing of await sequence.came(printed)) say(`the topic ${topic} lacks ${missing}`);
    out(printed.map(print).join(''));
    left -= printed.length;
    const last = printed.at(-1);
    if (acknowledges && consumer !== undefined && last !== undefined) await log.ack(topic, consumer, last.id);
    if (left === 0) break;
  }
  stopped.abort();
  if (sequence.problem !== undefined) throw sequence.problem;
}

/** The id of the first entry behind `after` that is there. */
async function oldest(log: EventLog, topic: string, after: number): Promise<number> {
  const info = (await log.topics()).find(each => each.topic === topic);
  return Math.max(after + 1, info?.first ?? 1);
}

async function startOf(log: EventLog, {topic, after, last, consumer}: Wanted): Promise<number> {
  if (consumer !== undefined) return (await log.consumerCursor(topic, consumer)) ?? 0;
  return last === undefined ? after : Math.max(0, (await log.latest(topic)) - last);
}
