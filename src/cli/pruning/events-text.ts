/** What a pass removed, or would remove, of recorded sessions and topics, for people. */
import {counted, sizeText} from '../../base/index.ts';
import type {WireEventPass} from '../../coordinator/client/index.ts';

/** One sentence; undefined where there is nothing of the kind. */
export function eventsSummary(pass: WireEventPass, isDry: boolean): string | undefined {
  const {cut_count, freed_bytes, sessions, topics} = pass;
  if (cut_count === 0 && sessions.used_bytes + topics.used_bytes === 0) return undefined;
  const did = `${isDry ? 'would remove' : 'removed'} the oldest events of`;
  const removed =
    cut_count === 0
      ? ''
      : `${did} ${counted(cut_count, 'session or topic', 'sessions and topics')}, which ${isDry ? 'frees' : 'freed'} ${sizeText(freed_bytes)}; `;
  return `${removed}${usedText(pass)}`;
}

/** What sessions and topics take, and what they may. */
export function usedText({sessions, topics}: Pick<WireEventPass, 'sessions' | 'topics'>): string {
  const room = ({used_bytes, max_bytes}: WireEventPass['topics']) =>
    `${sizeText(used_bytes)}${max_bytes === null ? '' : ` of ${sizeText(max_bytes)}`}`;
  return `recorded sessions take ${room(sessions)}, other topics ${room(topics)}`;
}

/** What has to be known besides. */
export function eventsNotes({problem, clock_doubtful, failed, sessions, topics}: WireEventPass): string[] {
  const full = (what: string, {used_bytes, max_bytes}: WireEventPass['topics']) =>
    max_bytes !== null && used_bytes > max_bytes && !clock_doubtful
      ? `${what} take more than ${sizeText(max_bytes)}, but what is not a day old always stays`
      : undefined;
  const notes = [
    problem === null ? undefined : `recorded sessions and topics were left out: ${problem}`,
    clock_doubtful
      ? 'the clock went more than a year ahead since the last look, so no events were removed this time'
      : undefined,
    full('recorded sessions', sessions),
    full('topics', topics),
    ...failed.map(({path, reason}) => `left alone: ${path}: ${reason}`),
  ];
  return notes.filter(note => note !== undefined);
}
