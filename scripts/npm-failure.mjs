/**
 * What to do about an installation or a compilation that failed. npm prints what it tried one after the other: better-sqlite3
 * first looks for a compiled file in the network, and only then compiles. So the last line that names a cause counts.
 */

/** @type {readonly (readonly [cause: RegExp, remedy: string])[]} */
const REMEDIES = [
  [
    /\bEUSAGE\b/,
    'package-lock.json does not fit package.json: make it anew with npm install, and commit both.',
  ],
  [
    /gyp ERR! find Python|Could not find any Python/,
    'This Node has no SQLite, so better-sqlite3 is compiled here, and that needs Python 3 (Debian: apt install python3): install it, or use Node 24, which needs no compiler. Then run this again.',
  ],
  [
    /not found: (make|g?cc|[cg]\+\+)|(make|g?cc|[cg]\+\+): .*(not found|No such file)|No CXX compiler|spawn make ENOENT|make: \*\*\* .*Error \d/i,
    'This Node has no SQLite, so better-sqlite3 is compiled here, and that needs a C++ compiler and make (Debian: apt install build-essential; macOS: xcode-select --install): install them, or use Node 24, which needs none. Then run this again.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/,
    'The package registry cannot be reached. Look at the network or at `npm config get registry`, then run this again.',
  ],
  [/EACCES|EPERM/, 'npm may not write here: make this directory your own, and do not install as root.'],
];

/**
 * @param {string} said what npm printed
 * @returns {string} one sentence or two, for people
 */
export function remedyFor(said) {
  for (const line of said.split('\n').reverse()) {
    const remedy = REMEDIES.find(([cause]) => cause.test(line))?.[1];
    if (remedy !== undefined) return remedy;
  }
  return 'The packages could not be installed: see above. Then run this again.';
}
