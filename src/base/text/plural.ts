/** `1 job`, `2 jobs`, `0 jobs`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${plural(count, one, many)}`;
}

/** The word that fits: for one, or for any other number. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}
