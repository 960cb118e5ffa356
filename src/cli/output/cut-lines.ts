/** As many of the lines as there are rows: when not all fit, the last row tells how many are missing. */
export function cutLines(lines: readonly string[], rows: number): string[] {
  if (lines.length <= rows) return [...lines];
  const kept = Math.max(0, rows - 1);
  return [...lines.slice(0, kept), `… and ${lines.length - kept} more`];
}
