/**
 * Where the events of a session are recorded: the event log where it can be opened, else files of JSON lines, else nowhere.
 * Whoever works for the session is not to fail because of its recording, so opening never rejects: what went wrong is said
 * in a warning, and by `kind` and `health`.
 */
import {join} from 'node:path';

import {reasonOf, StintError} from '../base/index.ts';
import {type EventLog, type EventLogOptions, openEventLog} from '../event-log/index.ts';
import {stateDirectoryPath, systemClock} from '../platform/index.ts';
import {eventLogSink} from './sinks/event-log/event-log-sink.ts';
import type {JsonlSinkOptions} from './sinks/jsonl/jsonl-options.ts';
import {openJsonlSink} from './sinks/jsonl/open-jsonl-sink.ts';
import {quietly} from './sinks/quietly.ts';
import type {AgentEventSink, Redactor} from './sinks/sink.ts';
import {type SinkHealth, warnOfRecording} from './sinks/sink-health.ts';
import {sessionTopic} from './topics/index.ts';

export interface SessionSinkOptions {
  readonly sessionId: string;
  /** How the event log is opened. */
  readonly log?: EventLogOptions;
  /** For the files, where the log cannot be opened. Default: `sessions` in the state directory. */
  readonly directory?: string;
  /** Takes secrets out of what is recorded; whoever else receives the event is given it whole. */
  readonly redactor?: Redactor;
  /** Hears of a log that cannot be opened, and where the events go instead; later as `warn` of the sinks. Default: a warning of the process. */
  readonly warn?: (message: string) => void;
  /** Unix milliseconds. Default: the clock of the system. */
  readonly now?: () => number;
}

/** What `openSessionSink` opened. */
export interface SessionSink extends AgentEventSink {
  /** `none` where neither could be opened: all events are dropped, and counted. */
  readonly kind: 'event-log' | 'jsonl' | 'none';
  /** The topic in the log, or the path of the first file; undefined for `none`. */
  readonly location: string | undefined;
  health(): SinkHealth;
  /** Never rejects. */
  flush(): Promise<void>;
  /** Flushes, and closes what was opened. Never rejects. */
  close(): Promise<void>;
}

/**
 * Opens a session for recording. In the log each event goes into the topic of the session that it names, and to this
 * session's when it names none; in files all go to this session's. Nothing that was opened keeps the process alive, and
 * everything is flushed at its end. Rejects only with `USAGE`, where the session's id is no text.
 */
export async function openSessionSink(options: SessionSinkOptions): Promise<SessionSink> {
  const {sessionId, directory, now = systemClock.now, redactor} = options;
  if (typeof sessionId !== 'string') {
    const given = String(sessionId);
    throw new StintError('USAGE', `Cannot record a session: its sessionId is ${given}, not a text.`);
  }
  const warn = quietly(options.warn ?? warnOfRecording);
  const common = {sessionId, warn, now, ...(redactor === undefined ? {} : {redactor})};
  let reason: string;
  try {
    return intoLog(await openEventLog(options.log), common);
  } catch (error) {
    reason = `The event log cannot be opened: ${sentence(reasonOf(error))}`;
  }
  try {
    const sink = intoFile({...common, directory: directory ?? join(stateDirectoryPath(), 'sessions')});
    warn(`${reason} The events of the session '${sessionId}' are recorded in ${sink.location} instead.`);
    return sink;
  } catch (error) {
    return intoNothing(`${reason} Nor can a file be: ${sentence(reasonOf(error))}`, common);
  }
}

interface Common {
  readonly sessionId: string;
  readonly warn: (message: string) => void;
  readonly now: () => number;
  readonly redactor?: Redactor;
}

function intoLog(log: EventLog, common: Common): SessionSink {
  const sink = eventLogSink(log, common);
  const end = async (): Promise<void> => {
    await sink.close();
    try {
      await log.close();
    } catch (error) {
      common.warn(`The event log could not be closed: ${sentence(reasonOf(error))}`);
    }
  };
  let ending: Promise<void> | undefined;
  return {
    kind: 'event-log',
    location: sessionTopic(common.sessionId),
    handleEvent: (event, meta) => sink.handleEvent(event, meta),
    health: () => sink.health(),
    flush: () => sink.flush(),
    close: () => {
      ending ??= end();
      return ending;
    },
  };
}

function intoFile(options: JsonlSinkOptions): SessionSink {
  const sink = openJsonlSink(options);
  return {
    kind: 'jsonl',
    location: sink.path,
    handleEvent: (event, meta) => sink.handleEvent(event, meta),
    health: () => sink.health(),
    flush: async () => sink.flush(),
    close: async () => sink.close(),
  };
}

function intoNothing(lastError: string, {sessionId, warn, now}: Common): SessionSink {
  const since = now();
  let dropped = 0;
  warn(
    `${lastError} The events of the session '${sessionId}' are not recorded. The work goes on; what gets lost is counted.`,
  );
  return {
    kind: 'none',
    location: undefined,
    handleEvent: () => {
      dropped += 1;
    },
    health: () => ({written: 0, dropped, lastError, since}),
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
