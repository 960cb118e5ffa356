/** `stint/agent-events`: what a coding agent does, as events, and how they stand in a file. */

export type {Durability} from '../platform/index.ts';
export {
  createRedactor,
  type RedactorOptions,
  SECRET_PATTERNS,
  type SecretPattern,
  type SecretSpan,
  secretValues,
} from '../redaction/index.ts';
export {
  type AcpDirection,
  type AcpProtocol,
  type AcpState,
  type AcpStateOptions,
  initialAcpState,
} from './acp/from/connection-state.ts';
export {type AcpLine, type AcpStep, fromAcp} from './acp/from/from-acp.ts';
export type {AcpEventNotification, AcpNotification, AcpSessionUpdate} from './acp/to/notification.ts';
export {toAcp} from './acp/to/to-acp.ts';
export {
  type Envelope,
  type PersistedAgentEvent,
  parseAgentEvent,
  parsePersistedEvent,
  serialiseEvent,
} from './envelope.ts';
export type {
  AgentEvent,
  OwnEvent,
  RuntimeEvent,
  ToolCallErrorCategory,
  ToolCallStatus,
  ToolKind,
  UnknownAgentEvent,
} from './event.ts';
export type {
  FsWatchEvent,
  HandoffArtifact,
  MutationSessionRecord,
  ToolExecutor,
  WorkerEvent,
} from './event-parts.ts';
export {openSessionSink, type SessionSink, type SessionSinkOptions} from './open-session-sink.ts';
export {sessionFileName} from './session-files/index.ts';
export {
  type FollowSessionOptions,
  followSession,
  type ReadSessionOptions,
  readSession,
  type SkippedEvent,
} from './session-reader.ts';
export {SessionSinks} from './session-sinks.ts';
export {type AcpSink, type AcpSinkOptions, acpSink, type SendAcp} from './sinks/acp.ts';
export {callbackSink, type EventCallback} from './sinks/callback.ts';
export {type EventLogSink, type EventLogSinkOptions, eventLogSink} from './sinks/event-log/event-log-sink.ts';
export type {JsonlPlace, JsonlSinkOptions} from './sinks/jsonl/jsonl-options.ts';
export type {JsonlSink} from './sinks/jsonl/jsonl-sink.ts';
export {openJsonlSink} from './sinks/jsonl/open-jsonl-sink.ts';
export {MemorySink, type ReceivedEvent} from './sinks/memory.ts';
export {MultiSink} from './sinks/multi.ts';
export type {AgentEventSink, EventMeta, Redactor} from './sinks/sink.ts';
export type {SinkHealth} from './sinks/sink-health.ts';
