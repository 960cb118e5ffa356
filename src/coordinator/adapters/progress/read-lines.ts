/**
 * Which lines of a file were read lately, so that those that stand there once more after it was rewritten or replaced are
 * known. Only their hashes are kept: of two lines that have the same one the second is no news, which is rare enough.
 */
const MOST_LINES = 1024;

export class ReadLines {
  readonly #hashes = new Set<number>();

  /** Whether it was among the lines that were read lately. */
  add(line: string): boolean {
    const hash = hashOf(line);
    const isKnown = this.#hashes.delete(hash);
    this.#hashes.add(hash);
    const [oldest = hash] = this.#hashes;
    if (this.#hashes.size > MOST_LINES) this.#hashes.delete(oldest);
    return isKnown;
  }
}

/** FNV-1a, with the length. */
export function hashOf(line: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < line.length; at++) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
  return (hash >>> 0) * 1024 + (line.length % 1024);
}
