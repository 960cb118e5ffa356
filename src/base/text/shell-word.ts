/** A word as a person would type it in a shell: in quotes where it needs them. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : shellQuoted(word);
}

/** A word that every shell takes as it is, whatever is in it. */
export function shellQuoted(word: string): string {
  return `'${insideQuotes(word)}'`;
}

/** What stands between the single quotes. */
export function insideQuotes(word: string): string {
  return word.replaceAll("'", "'\\''");
}
