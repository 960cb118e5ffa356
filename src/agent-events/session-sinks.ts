/**
 * Which sinks hear of which session. When the process ends, by itself or by a signal, what they hold back is flushed, and
 * it ends as it would without. What a session's sinks are is replaced as a whole, so an event that is being handed out goes
 * to those that were there when it came, whatever they do with the registry meanwhile.
 */
import {StintError} from '../base/index.ts';
import {onProcessEnd} from '../platform/index.ts';
import type {AgentEvent, UnknownAgentEvent} from './event.ts';
import {sessionIdOf} from './session-id.ts';
import {MultiSink} from './sinks/multi.ts';
import type {AgentEventSink, EventMeta} from './sinks/sink.ts';

/** One call of `register`: a sink may be registered more than once. */
interface Registration {
  readonly sink: AgentEventSink;
}

interface Session {
  readonly registrations: readonly Registration[];
  readonly sinks: readonly AgentEventSink[];
  readonly fanOut: MultiSink;
}

/** The sinks of several sessions. One may belong to more than one of them; it hears of each event once. */
export class SessionSinks {
  readonly #onError: (error: unknown) => void;
  readonly #sessions = new Map<string, Session>();
  #forgetProcess: (() => void) | undefined;
  #isClosed = false;

  /** `onError` hears what a sink throws, although none should. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /**
   * Hands the session's events to the sink from now on. The returned function takes that back; it neither flushes nor
   * closes the sink, which is the caller's then. Throws a `StintError` with code `USAGE` after `close`.
   */
  register(sessionId: string, sink: AgentEventSink): () => void {
    if (this.#isClosed)
      throw new StintError(
        'USAGE',
        `No sink can be registered for the session '${sessionId}': it was closed.`,
      );
    const registration = {sink};
    this.#set(sessionId, [...this.#registrations(sessionId), registration]);
    return () => {
      const others = this.#registrations(sessionId).filter(each => each !== registration);
      if (others.length < this.#registrations(sessionId).length) this.#set(sessionId, others);
    };
  }

  /** How many sinks hear of the session. */
  count(sessionId: string): number {
    return this.#sessions.get(sessionId)?.sinks.length ?? 0;
  }

  /** Hands the event to the sinks of the session that it names, if it names one and that has any. Never throws. */
  emit(event: AgentEvent | UnknownAgentEvent, meta?: EventMeta): void {
    const sessionId = sessionIdOf(event);
    if (sessionId !== undefined) this.#sessions.get(sessionId)?.fanOut.handleEvent(event, meta);
  }

  /** Flushes all sinks. Never throws. */
  flush(): void {
    this.#fanOut(this.#allSinks()).flush();
  }

  /** Forgets the session; flushes and closes those of its sinks that no other session has. Never throws. */
  clear(sessionId: string): void {
    const sinks = this.#sessions.get(sessionId)?.sinks ?? [];
    this.#set(sessionId, []);
    const held = this.#allSinks();
    this.#end(sinks.filter(sink => !held.has(sink)));
  }

  /** Forgets all sessions; flushes and closes all sinks. What is emitted later goes nowhere. Never throws. */
  close(): void {
    const sinks = this.#allSinks();
    this.#isClosed = true;
    this.#sessions.clear();
    this.#listen();
    this.#end(sinks);
  }

  #registrations(sessionId: string): readonly Registration[] {
    return this.#sessions.get(sessionId)?.registrations ?? [];
  }

  #set(sessionId: string, registrations: readonly Registration[]): void {
    const sinks = new Set(registrations.map(({sink}) => sink));
    if (sinks.size === 0) this.#sessions.delete(sessionId);
    else this.#sessions.set(sessionId, {registrations, sinks: [...sinks], fanOut: this.#fanOut(sinks)});
    this.#listen();
  }

  /** As long as there is a sink, and no longer. */
  #listen(): void {
    if (this.#sessions.size > 0) this.#forgetProcess ??= onProcessEnd(() => this.flush());
    else {
      this.#forgetProcess?.();
      this.#forgetProcess = undefined;
    }
  }

  #allSinks(): ReadonlySet<AgentEventSink> {
    return new Set([...this.#sessions.values()].flatMap(({sinks}) => sinks));
  }

  #end(sinks: Iterable<AgentEventSink>): void {
    const ending = this.#fanOut(sinks);
    ending.flush();
    ending.close();
  }

  #fanOut(sinks: Iterable<AgentEventSink>): MultiSink {
    return new MultiSink([...sinks], this.#onError);
  }
}
