export {afterLook, lookedAfter, mayRunOn} from './after-look.ts';
export {type DiskUse, diskUse} from './disk-use.ts';
export {isMerged} from './is-merged.ts';
export {isUnfinished, isUnknown, JobReader, keyOfListed, type ListedJob} from './job-reader.ts';
export {type Leftovers, type LeftoversOf, lookForLeftovers} from './leftovers.ts';
export {type PresentProgress, presentProgress} from './present-progress.ts';
export {type PrunePreview, previewPass} from './prune-preview.ts';
export {invocationsOnDisk, reposOf, reposWithInvocation} from './repos-on-disk.ts';
export {lookForUsage, type Usage} from './running-usage.ts';
