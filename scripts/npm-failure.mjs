/**
 * What to do about an installation that failed. npm prints what it tried one after the other: better-sqlite3 first looks for a
 * compiled file in the network, and only then compiles. So the last line that names a cause counts.
 */

/** @type {readonly (readonly [cause: RegExp, remedy: string])[]} */
const REMEDIES = [
  [
    /\bEUSAGE\b/,
    'package-lock.json does not fit package.json: make it anew with npm install, and commit both.',
  ],
  [
    /gyp ERR! find Python|Could not find any Python/,
    'better-sqlite3 is compiled here, and that needs Python 3 (Debian: apt install python3). Then run this again.',
  ],
  [
    /not found: (make|g?cc|[cg]\+\+)|(make|g?cc|[cg]\+\+): .*(not found|No such file)|No CXX compiler|spawn make ENOENT|make: \*\*\* .*Error \d/i,
    'better-sqlite3 is compiled here, and that needs a C++ compiler and make (Debian: apt install build-essential; macOS: xcode-select --install). Then run this again.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/,
    'The package registry cannot be reached. Look at the network or at `npm config get registry`, then run this again.',
  ],
  [/EACCES|EPERM/, 'npm may not write here: make this directory your own, and do not install as root.'],
];

/**
 * @param {string} said what npm printed
 * @param {number} code its exit code; 0 where it said that all is well and yet nothing was compiled
 * @returns {string} one sentence or two, for people
 */
export function remedyFor(said, code) {
  for (const line of said.split('\n').reverse()) {
    const remedy = REMEDIES.find(([cause]) => cause.test(line))?.[1];
    if (remedy !== undefined) return remedy;
  }
  return code === 0
    ? 'better-sqlite3 was not compiled: allow its install script (npm config get ignore-scripts), then run this again.'
    : 'The packages could not be installed: see above. Then run this again.';
}
