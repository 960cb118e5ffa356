/** Variants of one thing, measured in turn so that what disturbs the machine disturbs them alike. */

/**
 * Runs every variant `rounds` times, one after the other in each round (each round begins with another one), after one
 * round that does not count. Resolves with what each variant's runs resolved with, by its name.
 */
export async function interleaved(variants, rounds, {warmUp = true} = {}) {
  const names = Object.keys(variants);
  const results = Object.fromEntries(names.map(name => [name, []]));
  for (let round = warmUp ? -1 : 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + Math.max(round, 0)) % names.length];
      const result = await variants[name]();
      if (round >= 0) results[name].push(result);
    }
  }
  return results;
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value that this share of them does not exceed. */
export function quantile(values, share) {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1];
}

/** Medians of `interleaved` runs that each resolve with a number. */
export async function medians(variants, rounds) {
  const results = await interleaved(variants, rounds);
  return Object.fromEntries(Object.entries(results).map(([name, values]) => [name, median(values)]));
}
