/** What a person sets about how much is kept of recorded sessions and of other topics; none of it is asked for by a command. */
export const KEEPING_OPTIONS = [
  {
    variable: 'STINT_SESSION_RETENTION',
    key: 'session_retention',
    is: 'age or none',
    usual: 90 * 24 * 60 * 60 * 1000,
    meaning:
      'how long a recorded session is kept after its last event: a duration of at least 1d (90d), or none',
  },
  {
    variable: 'STINT_SESSION_MAX_SIZE',
    key: 'session_max_size',
    is: 'size or none',
    usual: 2_000_000_000,
    meaning: 'what all recorded sessions may take: a size (2GB), or none for no limit',
  },
  {
    variable: 'STINT_TOPIC_RETENTION',
    key: 'topic_retention',
    is: 'age or none',
    usual: null,
    meaning: 'how long entries of other topics are kept: a duration of at least 1d, or none (the default)',
  },
  {
    variable: 'STINT_TOPIC_MAX_SIZE',
    key: 'topic_max_size',
    is: 'size or none',
    usual: null,
    meaning: 'what all other topics may take: a size, or none (the default)',
  },
] as const;

export type KeepingOption = (typeof KEEPING_OPTIONS)[number];

export interface EventLimits {
  readonly sessions: KeepLimits;
  /** All topics that are no sessions. */
  readonly topics: KeepLimits;
}

export interface KeepLimits {
  /** So long they are kept, in milliseconds; null for good. */
  readonly retentionMs: number | null;
  /** What all of them together may take; null for no limit. */
  readonly maxBytes: number | null;
}
