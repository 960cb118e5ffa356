/** The longest that Node's own timers take; anything longer would be over at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls back once after so many milliseconds, however many they are: peers choose them. The returned function takes that back. */
export function timer(ms: number, callback: () => void): () => void {
  let handle: NodeJS.Timeout;
  const wait = (left: number): void => {
    const next = () => (left > LONGEST_MS ? wait(left - LONGEST_MS) : callback());
    handle = setTimeout(next, Math.min(left, LONGEST_MS));
  };
  wait(ms);
  return () => clearTimeout(handle);
}
