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
export {type EventLogOptions, openEventLog, openExistingEventLog} from './open.ts';
export {type EventLogPlace, locateEventLog, type PlaceOptions} from './place.ts';
export {checkConsumer, checkTopic} from './topic.ts';
