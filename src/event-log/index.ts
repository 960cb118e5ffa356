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
export {type EventLogPlace, existingPlace, locateEventLog, type PlaceOptions} from './place.ts';
export type {Durability} from './stored/background-sync.ts';
export {checkConsumer, checkTopic} from './topic.ts';
