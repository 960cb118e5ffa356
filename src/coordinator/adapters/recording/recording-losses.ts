/** What is said where something of a recording was lost. */
import type {StatusLine} from '../directory/status-lines.ts';
import type {FileCondition} from './journal-files.ts';
import type {SpoolStream} from './transcoding/spool-transcoder.ts';

/** Why a journal was made anew. */
export const REASONS: Readonly<Record<FileCondition, string>> = {
  whole: 'it was damaged',
  grown: 'somebody else wrote into it',
  gone: 'it was removed or moved',
  cut: 'it was emptied or cut',
  replaced: 'another file was in its place',
};

/** Beyond so many numbers that are lost a gap is left. */
export const MOST_FILLED = 64;

export function lostBytes(bytes: number): string {
  return `${bytes} bytes of its output are lost: its log was removed or changed, and so were the files that it was made from`;
}

export function lostSpool(stream: SpoolStream): string {
  return `some of its ${stream} may be lost: the file that it writes to was emptied, cut or removed`;
}

/** Whether all that the journal lacks is a status record of which a kill left only the copy. */
export function isCutShort(copied: readonly StatusLine[], seq: number): boolean {
  const [missing, ...more] = copied.filter(line => line.seq >= seq);
  return seq > 0 && missing?.seq === seq && more.length === 0;
}
