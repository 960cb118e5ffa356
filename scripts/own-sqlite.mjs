/** Whether this Node brings a SQLite that stint can use. Says the same as `src/store/driver/node-sqlite.ts`, before anything is built. */
export function bringsSqlite() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 24 && (major !== 22 || minor < 16)) return false;
  const {emitWarning} = process;
  process.emitWarning = () => undefined; // Node 22 warns that it is experimental
  try {
    return process.getBuiltinModule('node:sqlite') !== undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}
