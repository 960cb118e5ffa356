/**
 * How many of the oldest events of recorded sessions and of other topics go, why, and how much that frees: a function of what
 * is there. Of either kind, in this order:
 *
 * 1. What is newer than a day stays, and with it what stands behind it in its topic: whether something is written at present
 *    nobody knows.
 * 2. A session goes when its time is over, which counts from its last event; of another topic every event whose time is over.
 * 3. Of what is left the oldest goes, whichever topic it is of, until all of the kind takes no more than `maxBytes`, as far as
 *    that can be reached.
 */
import type {EventLimits, KeepLimits} from '../../../base/index.ts';

export interface KeptTopic {
  /** Where it is kept: two topics of one name are in different places. */
  readonly place: string;
  readonly topic: string;
  readonly isSession: boolean;
  /** All that there is of it, the oldest first. */
  readonly slices: readonly TopicSlice[];
}

export interface TopicSlice {
  /** Id of its last event. */
  readonly upTo: number;
  readonly bytes: number;
  /** When its newest event happened, Unix milliseconds. */
  readonly newestMs: number;
}

export interface TopicRules extends EventLimits {
  /** Unix milliseconds. */
  readonly now: number;
  /** The clock is not believed, so that nobody knows what is a day old: nothing goes. */
  readonly isClockDoubtful: boolean;
}

/** All events of a topic up to one. */
export interface TopicCut extends Pick<KeptTopic, 'place' | 'topic' | 'isSession'> {
  readonly upTo: number;
  readonly why: 'age' | 'size';
  /** How long ago the newest of what goes happened, in milliseconds. */
  readonly ageMs: number;
  readonly freesBytes: number;
}

export interface TopicPlan {
  /** In the order of the topics; of one that is cut for both reasons that for its age comes first. */
  readonly cuts: readonly TopicCut[];
  /** What all sessions, and all other topics, take now. */
  readonly sessionBytes: number;
  readonly topicBytes: number;
}

const RECENT_MS = 24 * 60 * 60 * 1000;

export function topicPlan(topics: readonly KeptTopic[], rules: TopicRules): TopicPlan {
  const sessions = topics.filter(({isSession}) => isSession);
  const others = topics.filter(({isSession}) => !isSession);
  const order = new Map(topics.map((topic, at) => [topic, at]));
  const cuts = [...cutsOf(sessions, rules.sessions, rules), ...cutsOf(others, rules.topics, rules)];
  return {
    cuts: cuts
      .sort((a, b) => (order.get(a.of) ?? 0) - (order.get(b.of) ?? 0))
      .map(({of: {place, topic, isSession}, ...cut}) => ({place, topic, isSession, ...cut})),
    sessionBytes: bytesOf(sessions),
    topicBytes: bytesOf(others),
  };
}

/** What these cuts free, and what all sessions and all other topics take then. */
export function bytesAfter(
  {sessionBytes, topicBytes}: Pick<TopicPlan, 'sessionBytes' | 'topicBytes'>,
  cuts: readonly TopicCut[],
): {readonly freedBytes: number; readonly sessionBytes: number; readonly topicBytes: number} {
  const freed = (of: readonly TopicCut[]) => of.reduce((sum, {freesBytes}) => sum + freesBytes, 0);
  const ofSessions = freed(cuts.filter(({isSession}) => isSession));
  const freedBytes = freed(cuts);
  return {
    freedBytes,
    sessionBytes: sessionBytes - ofSessions,
    topicBytes: topicBytes - (freedBytes - ofSessions),
  };
}

type Cut = Omit<TopicCut, 'place' | 'topic' | 'isSession'> & {readonly of: KeptTopic};

/** Of topics of one kind. */
function cutsOf(topics: readonly KeptTopic[], limits: KeepLimits, {now, isClockDoubtful}: TopicRules): Cut[] {
  if (isClockDoubtful) return [];
  const all = topics.map(topic => ({topic, ages: agesOf(topic, now), gone: 0}));
  const cuts: Cut[] = [];
  const cutTo = (each: (typeof all)[number], end: number, why: TopicCut['why']): void => {
    const slices = each.topic.slices.slice(each.gone, end);
    const {upTo} = slices.at(-1) ?? {};
    if (upTo === undefined) return;
    const freesBytes = slices.reduce((sum, {bytes}) => sum + bytes, 0);
    cuts.push({of: each.topic, upTo, why, ageMs: each.ages[end - 1] ?? 0, freesBytes});
    each.gone = end;
  };
  for (const each of all) cutTo(each, overCount(each.topic, each.ages, limits.retentionMs), 'age');
  const used = bytesOf(topics) - cuts.reduce((sum, {freesBytes}) => sum + freesBytes, 0);
  const ends = all.map(({gone}) => gone);
  for (const at of oldestFirst(all, used, limits.maxBytes)) ends[at] = (ends[at] ?? 0) + 1;
  for (const [at, each] of all.entries()) cutTo(each, ends[at] ?? 0, 'size');
  return cuts;
}

/** How many slices go because their time is over. */
function overCount({isSession}: KeptTopic, ages: readonly number[], retentionMs: number | null): number {
  if (retentionMs === null) return 0;
  const isYoung = (age: number) => age < Math.max(retentionMs, RECENT_MS);
  const kept = ages.findIndex(isYoung);
  if (kept < 0) return ages.length;
  return isSession ? 0 : kept;
}

/** For each slice for which there is no room, the oldest first, the number of its topic. */
function oldestFirst(
  all: readonly {readonly topic: KeptTopic; readonly ages: readonly number[]; readonly gone: number}[],
  usedBytes: number,
  maxBytes: number | null,
): number[] {
  if (maxBytes === null || usedBytes <= maxBytes) return [];
  const left = all.flatMap(({topic, ages, gone}, of) =>
    topic.slices.slice(gone).map(({bytes}, at) => ({of, bytes, age: ages[gone + at] ?? 0})),
  );
  const chosen: number[] = [];
  let bytes = usedBytes;
  for (const each of left.filter(({age}) => age >= RECENT_MS).sort((a, b) => b.age - a.age)) {
    if (bytes <= maxBytes) break;
    chosen.push(each.of);
    bytes -= each.bytes;
  }
  return chosen;
}

/**
 * How long ago each slice of a topic was written, at least: it is no older than what stands before it, whatever its events say
 * (once that is gone, it is what they say). One from the future tells nothing; it was written before what stands behind it.
 */
function agesOf({slices}: KeptTopic, now: number): number[] {
  let behind = now;
  const believed = slices.toReversed().map(({newestMs}) => {
    if (newestMs <= now) behind = newestMs;
    return behind;
  });
  let newest = Number.NEGATIVE_INFINITY;
  return believed.toReversed().map(ms => {
    newest = Math.max(newest, ms);
    return now - newest;
  });
}

function bytesOf(topics: readonly KeptTopic[]): number {
  return topics.reduce((sum, {slices}) => slices.reduce((all, {bytes}) => all + bytes, sum), 0);
}
