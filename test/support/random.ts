/** Randomness that can be repeated: every run prints its seed, and `STINT_TEST_SEED` sets it. */
export interface Random {
  readonly seed: number;
  /** A whole number from 0 to `below - 1`. */
  int(below: number): number;
  pick<T>(choices: readonly T[]): T;
}

/** `what` tells in the output whose seed it is. */
export function seededRandom(what: string): Random {
  const seed = Number(process.env.STINT_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  process.stderr.write(`${what}: seed ${seed} (STINT_TEST_SEED=${seed} repeats it)\n`);
  let state = seed;
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number) => Math.floor(next() * below);
  const pick = <T>(choices: readonly T[]): T => {
    const chosen = choices[int(choices.length)];
    if (chosen === undefined) throw new Error('nothing to pick from');
    return chosen;
  };
  return {seed, int, pick};
}
