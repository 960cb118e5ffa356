/** How much may wait to be written, in memory. Once it is full it takes nothing until half of it is free: else every other entry would tell of a loss. */
export class WaitingRoom {
  readonly #maxBytes: number;
  #bytes = 0;
  #isShut = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** False when there is no room. */
  enter(bytes: number): boolean {
    if (this.#isShut && this.#bytes > this.#maxBytes / 2) return false;
    this.#isShut = this.#bytes + bytes > this.#maxBytes;
    if (this.#isShut) return false;
    this.#bytes += bytes;
    return true;
  }

  leave(bytes: number): void {
    this.#bytes -= bytes;
  }
}

const PER_VALUE = 32;

/** About the memory that a value of JSON takes: its texts, and something for each value in it. */
export function roughBytes(value: unknown): number {
  if (typeof value === 'string') return PER_VALUE + value.length;
  if (typeof value !== 'object' || value === null) return PER_VALUE;
  const seen = new Set<object>([value]); // a value may be in itself; whoever writes it refuses that
  let bytes = 0;
  for (const each of seen) {
    for (const [key, inner] of Object.entries(each)) {
      bytes += PER_VALUE + key.length;
      if (typeof inner === 'string') bytes += inner.length;
      else if (typeof inner === 'object' && inner !== null) seen.add(inner);
    }
  }
  return bytes;
}
