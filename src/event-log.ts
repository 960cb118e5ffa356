/** `stint/event-log`: topics that many processes append to, follow, acknowledge, compact and verify. */
export {sessionTopic} from './agent-events/topics/index.ts';
export {
  type AckOptions,
  type BackendName,
  type CompactReport,
  type Durability,
  type EventLog,
  type EventLogOptions,
  type EventLogPlace,
  type LogDescription,
  type LogEntry,
  locateEventLog,
  type NewEntry,
  openEventLog,
  openExistingEventLog,
  type PlaceOptions,
  type ReadOptions,
  type SubscribeOptions,
  type TopicInfo,
  type Verification,
} from './event-log/index.ts';
