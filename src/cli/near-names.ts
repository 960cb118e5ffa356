/** Names that somebody may have meant. */

const MOST = 5;

/** The nearest first; those that hold what was typed, or differ from it in a few letters. */
export function nearNames(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const most = Math.max(2, Math.floor(wanted.length / 3));
  return names
    .map(name => ({name, away: distance(wanted, name.toLowerCase())}))
    .filter(({name, away}) => away <= most || (wanted !== '' && name.toLowerCase().includes(wanted)))
    .sort((a, b) => a.away - b.away || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map(({name}) => name);
}

/** Levenshtein's: letters to add, remove or change. */
function distance(from: string, to: string): number {
  let row = Array.from({length: to.length + 1}, (_, at) => at);
  for (const [done, letter] of [...from].entries()) {
    const next = [done + 1];
    for (let at = 1; at <= to.length; at++) {
      const changed = (row[at - 1] ?? 0) + (letter === to[at - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
