/**
 * Where in a value a number stands that JSON cannot hold (Infinity, NaN), as `.a[0].b`, or an empty text for the value
 * itself; undefined where there is none. Looks at the value as `JSON.stringify` does, which must be able to write it.
 */
export function nonFiniteAt(value: unknown, path = '', key = ''): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  const {toJSON} = value as {toJSON?: unknown};
  if (typeof toJSON === 'function') return nonFiniteAt(toJSON.call(value, key), path);
  for (const [name, inner] of Object.entries(value)) {
    const found = nonFiniteAt(inner, `${path}${Array.isArray(value) ? `[${name}]` : step(name)}`, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function step(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
