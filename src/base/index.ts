export type {Clock} from './clock.ts';
export {deferred} from './deferred.ts';
export {codeOf, type ErrorCode, hasCode, messageOf, StintError} from './errors.ts';
export {fired} from './fired.ts';
export {type InvocationId, type JobKey, keyText, parseInvocationId, parseRepoId, type RepoId} from './ids.ts';
export {
  JOB_FLAGS,
  JOB_KEYS,
  JOB_OPTIONS,
  type JobOption,
  LONGEST_BACKOFF_MS,
  MOST_RETRIES,
  NOTIFY_ON,
  type NotifyOn,
  ON_STALL,
  type OnStall,
  REPO_OPTIONS,
} from './job-options.ts';
export {
  cutText,
  type Json,
  mendedJson,
  parseWellFormed,
  stringifyWellFormed,
  wellFormed,
  wellFormedJson,
} from './json.ts';
export {isCount, isObject} from './json-kind.ts';
export {type EventLimits, KEEPING_OPTIONS, type KeepingOption, type KeepLimits} from './keeping-options.ts';
export {CARRIAGE_RETURN, countLines, lineEnd, lineStart, NEWLINE} from './lines.ts';
export {beforeEnd, elapsedMs, type Moment, type Stretch, type Uptime, uptimeOf} from './moment.ts';
export {type ProcessSpace, parseProcessSpace, spaceText, type Whereabouts, whereIs} from './process-space.ts';
export {reasonOf} from './reason.ts';
export {GROUP_NAME_RULE, isGroupName, isLimit, MOST_PARALLEL} from './text/group-limit.ts';
export {leadingOptions} from './text/leading-options.ts';
export {didYouMean, nearNames} from './text/near-names.ts';
export {age, duration, durationOrZero, jobOptionValue, oneOf, wholeNumber} from './text/option-text.ts';
export {pathComponent} from './text/path-component.ts';
export {isPlainPath, pathBytes, pathText} from './text/path-text.ts';
export {isSmallOnly, type Pattern, type PatternOptions, parsePattern} from './text/pattern.ts';
export {counted, plural} from './text/plural.ts';
export {secondsText} from './text/seconds-text.ts';
export {insideQuotes, shellQuoted, shellWord} from './text/shell-word.ts';
export {sizeText} from './text/size-text.ts';
export {sizeValue} from './text/size-value.ts';
export {parseTimeValue, timeValue} from './text/time-value.ts';
export {visible} from './text/visible.ts';
export {seenLast, visibleLine, visibleLines, withoutColours} from './text/visible-lines.ts';
export {unreachable} from './unreachable.ts';
