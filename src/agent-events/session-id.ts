/** The session that an event names. Whoever has no types may emit anything, so undefined also for what is no object. */
export function sessionIdOf(event: unknown): string | undefined {
  try {
    const sessionId: unknown = Object(event).session_id;
    return typeof sessionId === 'string' ? sessionId : undefined;
  } catch {
    return undefined; // a getter that throws
  }
}
