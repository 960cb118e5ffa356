/** Where the time comes from. The real one is `systemClock` in platform; tests bring their own. */
export interface Clock {
  /** Unix time in milliseconds. */
  now(): number;
}
