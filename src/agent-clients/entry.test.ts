import {expect, it} from 'vitest';

import {standingOf} from './entry.ts';

const WANTED = {command: 'node', args: ['/bin/stint', 'mcp']};

it.each([
  [undefined, 'none'],
  [{args: ['/bin/stint', 'mcp'], command: 'node'}, 'same'],
  [{...WANTED, env: {A: '1'}}, 'ours'],
  [{command: 'stint', args: ['mcp', '--read-only']}, 'ours'],
  [{type: 'local', command: ['/old/bin/stint', 'mcp']}, 'ours'],
  [{command: 'stint', args: ['ls']}, 'strange'],
  [{command: 'other', args: ['mcp']}, 'strange'],
  [{url: 'https://example.org/stint'}, 'strange'],
  [null, 'strange'],
  ['stint mcp', 'strange'],
])('an entry %j is %s', (found, standing) => {
  expect(standingOf(found, WANTED)).toBe(standing);
});
