const SESSION_TOPICS = 'observability.agent_events.';

/** The topic of an agent's session. Every byte of its id outside `[A-Za-z0-9.-]` is written `_xx`, so no two sessions share one. */
export function sessionTopic(sessionId: string): string {
  let topic = SESSION_TOPICS;
  for (const byte of Buffer.from(sessionId)) {
    const char = String.fromCharCode(byte);
    topic += /[A-Za-z0-9.-]/.test(char) ? char : `_${byte.toString(16).padStart(2, '0')}`;
  }
  return topic;
}

/** Whether a topic is that of a session. */
export function isSessionTopic(topic: string): boolean {
  return topic.startsWith(SESSION_TOPICS);
}
