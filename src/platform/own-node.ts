/** The Node that runs this program. */

/** Major and minor version. */
export function nodeVersion(): readonly [major: number, minor: number] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return [major, minor];
}

/** A module of Node's own, undefined where this one has none of that name; nothing is printed that it may be experimental. */
export function builtinQuietly<T>(name: string): T | undefined {
  const {emitWarning} = process;
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule(name) as T | undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}
