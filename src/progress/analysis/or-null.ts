/** What is not known is NaN within the analysis, and null in what it tells. */
export function orNull(amount: number): number | null {
  return Number.isFinite(amount) ? amount : null;
}

/** Whole milliseconds. */
export function roundedOrNull(ms: number): number | null {
  return orNull(Math.round(ms));
}
