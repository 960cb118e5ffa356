/** How the end of a log is known: by the record `closed`, behind which nothing comes. */

/** Whether these lines hold it. The output of a job cannot look like it: its quotes are escaped. */
export function isClosing(lines: string | Buffer): boolean {
  return lines.includes('"kind":"status","data":{"event":"closed"');
}

/** Whether a record with this kind and data is it. */
export function isClosingRecord({kind, data}: {readonly kind: string; readonly data?: unknown}): boolean {
  return kind === 'status' && (data as {readonly event?: unknown} | null | undefined)?.event === 'closed';
}
