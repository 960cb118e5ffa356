/** Who wants to hear of something, by key. Hearing must not throw. */
export class Listeners<T> {
  readonly #byKey = new Map<string, Set<(value: T) => void>>();

  /** The returned function ends it. */
  add(key: string, listener: (value: T) => void): () => void {
    const listeners = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#byKey.get(key) === listeners) this.#byKey.delete(key);
    };
  }

  tell(key: string, value: T): void {
    for (const listener of this.#byKey.get(key) ?? []) listener(value);
  }

  /** Tells those who listen now, and forgets them before; whoever wants to hear more adds itself again. */
  tellOnce(key: string, value: T): void {
    const listeners = this.#byKey.get(key);
    this.#byKey.delete(key);
    for (const listener of listeners ?? []) listener(value);
  }
}
