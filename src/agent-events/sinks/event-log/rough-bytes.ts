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
