/** Work of one kind that must not overlap within this process: each begins when the one before is over, however that ended. */
const last = new WeakMap<object, Promise<unknown>>();

/** `owner`: whose work it is. */
export function inTurn<T>(owner: object, work: () => Promise<T>): Promise<T> {
  const next = (last.get(owner) ?? Promise.resolve()).then(work, work);
  last.set(
    owner,
    next.catch(() => undefined), // whoever asked for it is told
  );
  return next;
}
