export {afterLook, lookedAfter, mayRunOn} from './after-look.ts';
export {isUnfinished, isUnknown, JobReader, keyOfListed, type ListedJob} from './job-reader.ts';
export {type Leftovers, type LeftoversOf, lookForLeftovers} from './leftovers.ts';
export {
  LONG_TAIL_BYTES,
  type PresentProgress,
  presentProgress,
  SHORT_TAIL_BYTES,
} from './present-progress.ts';
export {invocationsOnDisk, reposOf, reposWithInvocation} from './repos-on-disk.ts';
