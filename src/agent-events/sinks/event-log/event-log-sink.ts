/**
 * Puts the events of agents into the event log, each into the topic of its session, in the order in which they came. What
 * the log does not take yet waits, in bounded memory, and goes in when it can; what does not fit is counted, and a `gap`
 * event stands in its place. Nothing here throws at the agent or keeps it waiting.
 *
 * Events that come before the program gives way go in together. A process that is killed loses those of the last turns of
 * its loop; one that exits or ends by a signal hands over all before it does.
 */
import type {EventLog} from '../../../event-log/index.ts';
import {onProcessEnd, systemClock} from '../../../platform/index.ts';
import type {AgentEvent, UnknownAgentEvent} from '../../event.ts';
import {sessionIdOf} from '../../session-id.ts';
import {sessionTopic} from '../../topics/index.ts';
import {Capacity} from '../backlog/capacity.ts';
import type {AgentEventSink, EventMeta, Redactor} from '../sink.ts';
import {HealthRecord, type SinkHealth, shortReason, warnOfRecording} from '../sink-health.ts';
import {roughBytes} from './rough-bytes.ts';
import {sessionEntry} from './session-entry.ts';
import {SessionLine} from './session-line.ts';

const DEFAULT_MAX_WAITING_BYTES = 64 * 1024 * 1024;
const PLACE = 'the event log';
const TOO_SLOW = 'it takes them too slowly, and too many wait';

export interface EventLogSinkOptions {
  /** The session of events that name none. Default: the one with the empty name. */
  readonly sessionId?: string;
  /** About so many bytes of events may wait for the log; further ones are lost, and counted. Default 64 MiB. */
  readonly maxWaitingBytes?: number;
  /** Takes secrets out of what is recorded; whoever else receives the event is given it whole. */
  readonly redactor?: Redactor;
  /** Hears once when recording stops to work and once when it works again. Default: a warning of the process. */
  readonly warn?: (message: string) => void;
  /** Unix milliseconds. Default: the clock of the system. */
  readonly now?: () => number;
}

/** What `eventLogSink` makes. An event that was handed to it must not be changed. */
export interface EventLogSink extends AgentEventSink {
  /** Of all its sessions together: it is well when all of them are. */
  health(): SinkHealth;
  /** Resolves when what was handed over is in the log and on the disk, or the log has failed to; `health` tells. Never rejects. */
  flush(): Promise<void>;
  /** Flushes and ends; what the log still refuses is lost. The log stays open. Never rejects. */
  close(): Promise<void>;
}

/** A sink for any number of sessions, on a log that the caller opened and closes, this sink first. */
export function eventLogSink(log: EventLog, options: EventLogSinkOptions = {}): EventLogSink {
  return new LoggingSink(log, options);
}

class LoggingSink implements EventLogSink {
  readonly #log: EventLog;
  readonly #sessionId: string;
  readonly #redactor: Redactor | undefined;
  readonly #now: () => number;
  readonly #room: Capacity;
  readonly #record: HealthRecord;
  readonly #lines = new Map<string, SessionLine>();
  /** Topics whose last append failed, and the log itself when it could not be flushed. */
  readonly #troubled = new Set<unknown>();
  readonly #forgetProcess: () => void;
  #closing: Promise<void> | undefined;

  constructor(log: EventLog, options: EventLogSinkOptions) {
    const {sessionId = '', maxWaitingBytes = DEFAULT_MAX_WAITING_BYTES} = options;
    this.#log = log;
    this.#sessionId = sessionId;
    this.#redactor = options.redactor;
    this.#now = options.now ?? systemClock.now;
    this.#room = new Capacity(maxWaitingBytes);
    this.#record = new HealthRecord(PLACE, options.warn ?? warnOfRecording);
    this.#forgetProcess = onProcessEnd(() => {
      for (const line of this.#lines.values()) line.handOverAll();
    });
  }

  health(): SinkHealth {
    return this.#record.health;
  }

  handleEvent(event: AgentEvent | UnknownAgentEvent, meta?: EventMeta): void {
    try {
      this.#take(event, meta);
    } catch (error) {
      this.#lose(event, shortReason(error));
    }
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#lines.values()].map(line => line.drain()));
    try {
      await this.#log.flush();
      this.#works(this.#log);
    } catch (error) {
      this.#fails(this.#log, shortReason(error));
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.flush();
    for (const line of this.#lines.values()) line.abandon(this.health().lastError ?? '');
    this.#lines.clear();
    this.#forgetProcess();
  }

  #take(given: AgentEvent | UnknownAgentEvent, meta: EventMeta | undefined): void {
    if (this.#closing !== undefined) throw new Error('the session was closed');
    const event = this.#redactor === undefined ? given : this.#redactor(given);
    if (typeof event !== 'object' || event === null || Array.isArray(event))
      throw new TypeError('it is not an object of JSON, so it is no event');
    const sessionId = sessionIdOf(event) ?? this.#sessionId;
    const bytes = roughBytes(event);
    if (!this.#room.enter(bytes)) {
      this.#fails(sessionTopic(sessionId), TOO_SLOW);
      throw new Error(TOO_SLOW);
    }
    this.#line(sessionId).take(sessionEntry(sessionId, event, this.#now(), meta), bytes);
  }

  #lose(event: unknown, reason: string): void {
    const sessionId = sessionIdOf(event) ?? this.#sessionId;
    if (this.#closing === undefined) this.#line(sessionId).lose(reason);
    else {
      this.#record.dropped(1, reason);
      this.#record.failed(reason, this.#now());
    }
  }

  #line(sessionId: string): SessionLine {
    const topic = sessionTopic(sessionId);
    const known = this.#lines.get(topic);
    if (known !== undefined) return known;
    const line: SessionLine = new SessionLine({
      log: this.#log,
      topic,
      sessionId,
      record: this.#record,
      redactor: this.#redactor,
      now: this.#now,
      onFailed: reason => this.#fails(topic, reason),
      onWorks: () => this.#works(topic),
      onLeft: bytes => this.#room.leave(bytes),
      onIdle: () => {
        if (this.#lines.get(topic) === line) this.#lines.delete(topic);
      },
    });
    this.#lines.set(topic, line);
    return line;
  }

  #fails(who: unknown, reason: string): void {
    this.#troubled.add(who);
    this.#record.failed(reason, this.#now());
  }

  #works(who: unknown): void {
    this.#troubled.delete(who);
    if (this.#troubled.size === 0) this.#record.recovered();
  }
}
