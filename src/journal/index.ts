export {type JournalOptions, type JournalWriter, openJournal} from './append.ts';
export type {ChangeSource} from './change-watch.ts';
export type {StartOptions} from './cursor.ts';
export {type FollowOptions, followChunks, followJournal} from './follow.ts';
export {readChunks, readLastLines, readLines} from './read.ts';
export {type NumberKey, numberOf} from './record-number.ts';
export {DEFAULT_SEGMENT_BYTES} from './rotation.ts';
export {listSegments, segmentPath} from './segment-name.ts';
export {JournalWriteError} from './write-error.ts';
