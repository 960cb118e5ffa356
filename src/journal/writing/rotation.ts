/** When a journal goes on in a new file. */

/** Size at which a segment is full unless the writer was told another: 100 MiB. */
export const DEFAULT_SEGMENT_BYTES = 100 * 1024 * 1024;

/** The segment that takes the next write: the last one until it has reached the limit, so a batch is never split over two files. */
export function segmentForNextWrite(last: {segment: number; bytes: number}, maxSegmentBytes: number): number {
  return last.bytes >= maxSegmentBytes ? last.segment + 1 : last.segment;
}
