import {appendFileSync, mkdirSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {isWorkRewritten, seenWork} from './seen-work.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

function record(more: object): string {
  return `${JSON.stringify({event: 'e', phase: 'embed', sub_phase: 'progress', ts_ms: 1, ...more})}\n`;
}

const write = (text: string) => writeFileSync(directory.at('progress.jsonl'), text);
const KNOWN = record({rows_processed: 5, note: 'first'});

function isRewritten(): boolean {
  return isWorkRewritten(directory.path, KNOWN.length, known);
}

let known: number | undefined;
beforeEach(() => {
  write(KNOWN);
  known = seenWork(directory.path, KNOWN.length);
});

it('is the same while nothing is written over what was known', () => {
  expect(known).toBeTypeOf('number');
  expect(isRewritten()).toBe(false);
  appendFileSync(directory.at('progress.jsonl'), record({rows_processed: 6}));
  expect(isRewritten()).toBe(false);
});

it.each([
  ['a later time', {ts_ms: 9, rows_processed: 5, note: 'first'}],
  ['another note of the same length', {rows_processed: 5, note: 'other'}],
  ['another note, which is longer', {rows_processed: 5, note: 'a longer one'}],
])('is the same where it is written over with %s', (_, more) => {
  write(record(more));
  expect(isRewritten()).toBe(false);
});

it.each([
  ['other rows', record({rows_processed: 6, note: 'first'})],
  ['the end of its phase', record({rows_processed: 5, note: 'f', sub_phase: 'done'}).padEnd(KNOWN.length)],
  ['what it waits for', record({rows_processed: 5, waiting_on: 'first'})],
])('is another one where it is written over with %s', (_, text) => {
  write(text);
  expect(isRewritten()).toBe(true);
});

it('is not told of a file that is gone, shorter, no file, or too long to be rewritten', () => {
  write(KNOWN.slice(1));
  expect(isRewritten()).toBe(false); // whoever looks sees that it is shorter
  const long = KNOWN.repeat(2000);
  write(long);
  expect(seenWork(directory.path, long.length)).toBeUndefined();
  directory.remove();
  mkdirSync(directory.at('progress.jsonl'), {recursive: true});
  expect(isRewritten()).toBe(false);
});
