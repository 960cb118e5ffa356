/** Where lines begin and end in bytes: whatever is read in whole lines is gone through with these. */

export const NEWLINE = 10;
export const CARRIAGE_RETURN = 13;

/** The index behind the first newline at `from` or later; 0 when there is none. */
export function lineEnd(bytes: Uint8Array, from = 0): number {
  return bytes.indexOf(NEWLINE, from) + 1;
}

/** How many lines end in the bytes. */
export function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = lineEnd(bytes); at > 0; at = lineEnd(bytes, at)) count += 1;
  return count;
}

/** The index behind the last newline among the first `length` bytes; 0 when there is none. */
export function lineStart(bytes: Uint8Array, length = bytes.length): number {
  // A start index of -1 would mean "from the last byte".
  return length === 0 ? 0 : bytes.lastIndexOf(NEWLINE, length - 1) + 1;
}
