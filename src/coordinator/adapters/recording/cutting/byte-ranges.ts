/** Ranges of bytes in a file: ascending, apart from each other, `to` not included. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** With one more range. */
export function withRange(ranges: readonly ByteRange[], range: ByteRange): ByteRange[] {
  if (range.to <= range.from) return [...ranges];
  let {from, to} = range;
  const apart = ranges.filter(each => {
    if (each.to < from || each.from > to) return true;
    from = Math.min(from, each.from);
    to = Math.max(to, each.to);
    return false;
  });
  return [...apart, {from, to}].sort((a, b) => a.from - b.from);
}

/** Without what lies in others, or behind `end`. */
export function withoutRanges(
  ranges: readonly ByteRange[],
  others: readonly ByteRange[],
  end = Number.POSITIVE_INFINITY,
): ByteRange[] {
  return ranges.flatMap(range => {
    const left: ByteRange[] = [];
    let from = range.from;
    const to = Math.min(range.to, end);
    for (const other of others) {
      if (other.to <= from || other.from >= to) continue;
      if (other.from > from) left.push({from, to: other.from});
      from = other.to;
    }
    return from < to ? [...left, {from, to}] : left;
  });
}

export function bytesIn(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, {from, to}) => sum + to - from, 0);
}
