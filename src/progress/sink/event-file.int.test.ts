import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {pathBytes, pathText} from '../../base/index.ts';
import {EventFile} from './event-file.ts';

const LINE = '{"event":"e"}';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-event-file-'));
});
afterEach(() => rmSync(directory, {recursive: true}));

it.each([
  ['a byte order mark', `\ufeff${LINE}\n`],
  ['blank lines', `\r\n \n${LINE}\n`],
  ['nothing but a byte order mark', '\ufeff\n'],
])('goes on behind %s', (_, before) => {
  const path = join(directory, 'progress.jsonl');
  writeFileSync(path, before);
  append(path);
  expect(readFileSync(path, 'utf8')).toBe(`${before}${LINE}\n`);
});

it('goes on in a file whose path is not UTF-8, and leaves one of another program there alone', () => {
  const path = join(directory, pathText(Buffer.from('caf\xe9', 'latin1')));
  append(path);
  append(path);
  expect(readFileSync(pathBytes(path), 'utf8')).toBe(`${LINE}\n${LINE}\n`);
  writeFileSync(pathBytes(path), '{"my":1}\n');
  expect(() => append(path)).toThrow(expect.objectContaining({code: 'NOT_A_STINT_FILE'}));
});

function append(path: string): void {
  const file = new EventFile(path, message => expect.unreachable(message));
  file.append(LINE);
  file.close();
}
