/** What the house does in one place only: a second one of the kind fails here. Words as they stand in the code, tests left out. */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {expect, it} from 'vitest';

import {STATUSES} from '../../src/coordinator/domain/job/status.ts';

const SRC = join(import.meta.dirname, '..', '..', 'src');
const STATUS = `'(?:${Object.keys(STATUSES).join('|')})'`;

/** What is done in one place, how it is recognised, and the files where alone that may stand. */
const MECHANISMS: readonly (readonly [what: string, word: RegExp, places: readonly string[]])[] = [
  [
    'a list of the statuses of a job (tool calls of agents have others)',
    new RegExp(`${STATUS}\\s*[,|]\\s*${STATUS}`),
    ['agent-events/acp/to/tool-call-patch.ts', 'agent-events/acp/variant-fields.ts', 'agent-events/event.ts'],
  ],
  [
    'a deferred promise',
    /let \w+: .* = \(\) => undefined;\s+const promise = new Promise/,
    ['base/deferred.ts'],
  ],
];

it.each(MECHANISMS)('%s stands in one place', (_, word, places) => {
  const found = sources().filter(file => word.test(readFileSync(join(SRC, file), 'utf8')));
  expect(found.sort()).toEqual([...places].sort());
});

function sources(): string[] {
  return readdirSync(SRC, {recursive: true, encoding: 'utf8'}).filter(
    file => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.split('/').includes('testing'),
  );
}
