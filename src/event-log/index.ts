export type {Durability} from '../platform/index.ts';
export type {
  AckOptions,
  BackendName,
  CompactReport,
  EventLog,
  LogDescription,
  LogEntry,
  NewEntry,
  ReadOptions,
  SubscribeOptions,
  TopicInfo,
  Verification,
} from './event-log.ts';
export {eventLimits} from './limits.ts';
export {type EventLogOptions, openEventLog, openExistingEventLog, openKeptLog} from './open.ts';
export {type EventLogPlace, IN_STATE, locateEventLog, type PlaceOptions} from './place.ts';
export type {Slice} from './stored/slice.ts';
export type {StoredLog} from './stored/stored-log.ts';
export {checkConsumer, checkTopic} from './topic.ts';
