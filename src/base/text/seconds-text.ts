/** Milliseconds for people, in seconds: `1.5 s`, from ten on whole ones. */
export function secondsText(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
