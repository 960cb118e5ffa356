/** Calls back after a time; the returned function takes that back. */
export type Timer = (ms: number, callback: () => void) => () => void;
