/** Text that is whole JSON and yet trips other readers: halves of surrogate pairs, byte order marks, line ends of Unicode. */
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, beforeAll, expect, it} from 'vitest';

import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
let odd: string;
beforeAll(async () => {
  sandbox = new Sandbox();
  writeFileSync(join(sandbox.work, 'go'), '');
  await sandbox.ok(['run', '--wait', '--name', 'other', '--', 'true']);
  const record = String.raw`{"event":"load_start","phase":"load\ud83d","sub_phase":"start","ts_ms":1}`;
  writeFileSync(join(sandbox.work, 'report'), `\ufeff${record}\n`);
  writeFileSync(join(sandbox.work, 'output'), 'a\u0085b\u2028c\n');
  odd = await sandbox.submit([
    '--name',
    'odd',
    '-c',
    'cat report >>"$STINT_PROGRESS_JSONL"; cat output; while [ -e go ]; do sleep 0.05; done',
  ]);
  await until(async () => (await sandbox.list()).some(({phase}) => phase !== null));
});
afterAll(() => sandbox.dispose());

const LONE = /\\ud[89a-f]../i;

it('prints lists that every reader takes, whatever one job reported', async () => {
  for (const args of [
    ['ls', '--json'],
    ['status', 'odd', '--json'],
    ['progress', 'report', 'odd', '--json'],
  ]) {
    const text = await sandbox.ok(args);
    expect(text, args.join(' ')).toContain('load\ufffd');
    expect(text, args.join(' ')).not.toMatch(LONE);
  }
  expect(await sandbox.ok(['logs', 'odd', '--progress', '--json'])).not.toMatch(LONE);
});

it('takes the first record of a file that begins with a byte order mark', async () => {
  expect(await sandbox.ok(['logs', 'odd', '--progress'])).toContain('load');
});

it('records a line as one line for every reader', async () => {
  await until(async () => (await sandbox.records(odd)).some(({kind}) => kind === 'stdout'));
  const text = await sandbox.ok(['logs', 'odd', '--json']);
  expect(text).toContain('"data":"a\\u0085b\\u2028c"');
  expect(await sandbox.ok(['logs', 'odd', '--raw'])).toBe('a\u0085b\u2028c\n');
});

it('keeps what it printed when the job has ended', async () => {
  rmSync(join(sandbox.work, 'go'));
  await sandbox.ok(['wait', 'odd']);
  const text = await sandbox.ok(['ls', '--json', '--all']);
  expect(text).toContain('load\ufffd');
  expect(text).not.toMatch(LONE);
});
