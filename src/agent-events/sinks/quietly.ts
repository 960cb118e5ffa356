/** Whoever hears of trouble must not make more of it: what such a listener throws is swallowed. */
export function quietly<T>(listener: (told: T) => void): (told: T) => void {
  return told => {
    try {
      listener(told);
    } catch {
      // `health` and counters tell of the trouble as well
    }
  };
}
