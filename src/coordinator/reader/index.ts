export {afterLook, lookedAfter, mayRunOn} from './after-look.ts';
export {isMerged} from './is-merged.ts';
export {isUnfinished, isUnknown, JobReader, keyOfListed, type ListedJob} from './job-reader.ts';
export {type Leftovers, type LeftoversOf, lookForLeftovers} from './leftovers.ts';
export {type PresentProgress, presentProgress} from './present-progress.ts';
export {invocationsOnDisk, reposOf, reposWithInvocation} from './repos-on-disk.ts';
export {lookForPorts, type PortsOf} from './running/listened-ports.ts';
export {lookForUsage, type Usage} from './running/running-usage.ts';
export {submittedCommand} from './submitted-command.ts';
