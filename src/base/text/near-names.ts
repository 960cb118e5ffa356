/** Names that somebody may have meant. */
import {visible} from './visible.ts';

const MOST = 5;

/** The nearest first; those that hold what was typed, or differ from it in a few letters. */
export function nearNames(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const most = Math.max(1, Math.floor(wanted.length / 3));
  return names
    .map(name => ({name, away: distance(wanted, name.toLowerCase())}))
    .filter(({name, away}) => away <= most || (wanted !== '' && name.toLowerCase().includes(wanted)))
    .sort((a, b) => a.away - b.away || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map(({name}) => name);
}

/** A question, for people; empty where none is near. `before` stands before each of the names. */
export function didYouMean(typed: string, names: readonly string[], before = ''): string {
  const near = nearNames(typed, names).map(name => `${before}${visible(name)}`);
  return near.length === 0 ? '' : `Did you mean: ${near.join(', ')}?`;
}

/** Letters to add, remove or change, and neighbours to exchange: Levenshtein's, with what Damerau added. */
function distance(from: string, to: string): number {
  const letters = [...from];
  let before: number[] = [];
  let row = Array.from({length: to.length + 1}, (_, at) => at);
  for (const [done, letter] of letters.entries()) {
    const next = [done + 1];
    for (let at = 1; at <= to.length; at++) {
      const changed = (row[at - 1] ?? 0) + (letter === to[at - 1] ? 0 : 1);
      const isExchange = letter === to[at - 2] && letters[done - 1] === to[at - 1];
      const exchanged = isExchange ? (before[at - 2] ?? 0) + 1 : changed;
      next.push(Math.min(changed, exchanged, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}
