import {expect, it} from 'vitest';

import {changedLines} from './changed-lines.ts';

it.each([
  ['nothing', 'a\n', 'a\n', ''],
  ['a new file', undefined, 'a\n', '--- /dev/null\n+++ f\n@@ -0,0 +1,1 @@\n+a\n'],
  ['lines that come in between', 'a\nb\n', 'a\nx\nb\n', '--- f\n+++ f\n@@ -1,0 +2,1 @@\n+x\n'],
  ['lines that go', 'a\nx\nb\n', 'a\nb\n', '--- f\n+++ f\n@@ -2,1 +1,0 @@\n-x\n'],
  ['a line that is another', 'a\nb\nc\n', 'a\nx\nc\n', '--- f\n+++ f\n@@ -2,1 +2,1 @@\n-b\n+x\n'],
  [
    'a last line without its end',
    'a',
    'a\nb\n',
    '--- f\n+++ f\n@@ -1,1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n',
  ],
  ['a line that is there twice', 'a\na\n', 'a\n', '--- f\n+++ f\n@@ -2,1 +1,0 @@\n-a\n'],
])('tells of %s', (_, before, after, diff) => {
  expect(changedLines('f', before, after)).toBe(diff);
});
