export type {Clock} from './clock.ts';
export {codeOf, type ErrorCode, hasCode, messageOf, StintError, type StintErrorOptions} from './errors.ts';
export {type InvocationId, type JobKey, keyText, parseInvocationId, parseRepoId, type RepoId} from './ids.ts';
export {JOB_FLAGS, JOB_KEYS, JOB_OPTIONS, type JobOption, ON_STALL, type OnStall} from './job-options.ts';
export {
  cutText,
  type Json,
  mendedJson,
  parseWellFormed,
  stringifyWellFormed,
  wellFormed,
  wellFormedJson,
} from './json.ts';
export {type LeadingOptions, leadingOptions, type TakesValue} from './leading-options.ts';
export {beforeEnd, elapsedMs, type Moment, type Stretch, type Uptime, uptimeOf} from './moment.ts';
export {didYouMean, nearNames} from './near-names.ts';
export {duration, durationOrZero, jobOptionValue, oneOf, wholeNumber} from './option-text.ts';
export {pathComponent} from './path-component.ts';
export {isPlainPath, pathBytes, pathText} from './path-text.ts';
export {counted, plural} from './plural.ts';
export {
  type ProcessSpace,
  parseProcessSpace,
  spaceText,
  type Whereabouts,
  whereIs,
} from './process-space.ts';
export {reasonOf} from './reason.ts';
export {shellWord} from './shell-word.ts';
export {sizeText} from './size-text.ts';
export {unreachable} from './unreachable.ts';
export {escaped, STEERING, visible} from './visible.ts';
export {seenLast, visibleLine, visibleLines, withoutColours} from './visible-lines.ts';
