import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {Readable} from 'node:stream';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {makeGate} from '../support/gate.ts';
import {fromProgram} from '../support/program.ts';
import {addressIn, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const NAMED = ['run', '--name', 'web', '--if-running'];

it('skip: nothing is submitted, and the answer is the job that goes on, which --wait waits for', async () => {
  const gate = makeGate(sandbox);
  const first = addressIn(await sandbox.stint([...NAMED, 'skip', '-c', `${gate.pass}; exit 6`]));
  const skipped = await sandbox.stint([...NAMED, 'skip', '--', 'true']);
  expect(skipped).toEqual({
    code: 0,
    stdout: `${first}\n`,
    stderr: `stint: web goes on already, so nothing was submitted. Its output: stint logs -f ${first.slice(0, 6)}\n`,
  });
  const told = JSON.parse(await sandbox.ok([...NAMED, 'skip', '--json', '--', 'true']));
  expect(told).toMatchObject({address: first, submitted: false});
  const elsewhere = await sandbox.submit(['--name', 'other', '--if-running', 'skip', '--', 'true']);
  expect(elsewhere).not.toBe(first);
  const waiting = sandbox.start([...NAMED, 'skip', '--wait', '--', 'true']);
  const [said] = (await once(waiting.stderr as Readable, 'data')) as [Buffer];
  expect(String(said)).toContain(`${first} goes on already, so nothing was submitted; waiting for its end`);
  const ended = once(waiting, 'close');
  await gate.open();
  expect(await ended).toEqual([6, null]);
  expect((await sandbox.list()).filter(({name}) => name === 'web')).toHaveLength(1);
  expect(await sandbox.submit(['--name', 'web', '--if-running', 'skip', '--', 'true'])).not.toBe(first);
});

it('of many at once, as from hooks, one is submitted', async () => {
  const gate = makeGate(sandbox);
  const runs = Array.from({length: 5}, () => sandbox.stint([...NAMED, 'skip', '-c', gate.pass]));
  const addresses = new Set((await Promise.all(runs)).map(({stdout}) => stdout));
  expect(addresses.size).toBe(1);
  await gate.open();
});

it('queue: it starts when the others have ended, however they did, and not those of other names', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'web', '-c', `${gate.pass}; echo one >> order; exit 1`]);
  const second = await sandbox.stint([...NAMED, 'queue', '-c', 'echo two >> order']);
  expect(second.stderr).toMatch(/web is queued after [0-9a-f]{6}:web, however it ends/);
  const third = addressIn(await sandbox.stint([...NAMED, 'queue', '-c', 'cat order']));
  await gate.open();
  await sandbox.ok(['wait', third]);
  expect(await sandbox.ok(['logs', third])).toBe('one\ntwo\n');
});

it('replace: the other is cancelled with all that it started, and it starts when that is gone', async () => {
  const script = `trap 'sleep 0.3; rm -f lock; exit 0' TERM; touch lock; while :; do sleep 0.05; done`;
  const first = await sandbox.submit(['--name', 'web', '-c', script]);
  await until(() => existsSync(join(sandbox.work, 'lock')));
  const second = await sandbox.stint([...NAMED, 'replace', '-c', 'test -e lock && exit 9; echo free']);
  expect(second.stderr).toMatch(/web is queued after [0-9a-f]{6}:web, which it replaces, is gone/);
  expect((await sandbox.stint(['wait', addressIn(second)])).code).toBe(0);
  expect(existsSync(join(sandbox.work, 'lock'))).toBe(false);
  const gone = JSON.parse(await sandbox.ok(['status', first, '--json'])) as {message: string};
  expect(gone.message).toContain(`it was replaced by ${addressIn(second).slice(0, 6)}:web`);
});

it('from a program: it is told the job that goes on, and that nothing was submitted', async () => {
  const gate = makeGate(sandbox);
  const first = await sandbox.submit(['--name', 'web', '-c', gate.pass]);
  const told = await fromProgram(
    sandbox,
    `const {address, isSubmitted} = await submit({command: 'true', name: 'web', ifRunning: 'skip'});
     const refused = await submit({command: 'true', ifRunning: 'never'}).catch(({code}) => code);
     console.log(JSON.stringify({address, isSubmitted, refused}));`,
  );
  expect(told).toEqual({address: first, isSubmitted: false, refused: 'USAGE'});
  await gate.open();
});
