/** Which variables hold secrets, told by their names. */
const SECRET_NAME = /_(TOKEN|SECRET|KEY|PASSWORD)$/i;
const SHORTEST = 4;

/** Whether a variable of this name holds a secret: `*_TOKEN`, `*_SECRET`, `*_KEY`, `*_PASSWORD`, in any case. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/**
 * The values of the secret variables among `NAME=value` entries, the longest first. One of fewer than four characters is
 * left out: it cannot be told from other text.
 */
export function secretValues(entries: readonly string[]): string[] {
  const values: string[] = [];
  for (const entry of entries) {
    const at = entry.indexOf('=');
    if (at > 0 && isSecretName(entry.slice(0, at)) && entry.length - at - 1 >= SHORTEST)
      values.push(entry.slice(at + 1));
  }
  return values.sort((a, b) => b.length - a.length);
}
