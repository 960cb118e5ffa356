/** A job that writes faster than it is recorded, and a coordinator, or the program that frees its spool, that is killed meanwhile. */
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {makeGate} from '../support/gate.ts';
import {type KillPoint, startDoomed} from '../support/kill-point.ts';
import {isClosed, onlyJobDirectory} from '../support/library-jobs.ts';
import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const LINES = 10_000_000;
const FIRST = 100_000_000;
const LINE_BYTES = 10;
const FLOOD = `seq ${FIRST} ${FIRST + LINES - 1}`;
const CAPPED = ['--max-log-size', '1MB', '--name', 'job'];
const MARK = 'held.json';

const POINTS: readonly (readonly [string, KillPoint])[] = [
  ['before it says that it holds it', {when: 'before', what: {movedTo: MARK}}],
  ['when it says so', {when: 'after', what: {movedTo: MARK}}],
  [
    'before it is recorded what is gone',
    {when: 'before', what: {movedTo: 'status.jsonl'}, holding: '"lines":null'},
  ],
  [
    'when only the copy tells of it',
    {when: 'after', what: {movedTo: 'status.jsonl'}, holding: '"lines":null'},
  ],
  ['before it lets it go', {when: 'before', what: {removed: MARK}}],
  ['when it has let it go', {when: 'after', what: {removed: MARK}}],
];

it.each(POINTS)(
  'a coordinator that is killed %s loses exactly what is told, and doubles nothing',
  async (_, point) => {
    const {killed} = await startDoomed(sandbox, point);
    await sandbox.submit([...CAPPED, '-c', FLOOD]);
    await killed;
    expect((await sandbox.stint(['wait', 'job'])).code).toBe(0);
    await expectExact();
  },
);

it('the program that frees it may be killed', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit([...CAPPED, '-c', `${FLOOD}; ${gate.pass}`]);
  const coordinator = (await sandbox.coordinatorPid()) ?? 0;
  await until(() => existsSync(join(onlyJobDirectory(sandbox), MARK)));
  for (const pid of perlOf(coordinator)) process.kill(pid, 'SIGKILL');
  await gate.open();
  expect((await sandbox.stint(['wait', 'job'])).code).toBe(0);
  await expectExact();
});

function perlOf(parent: number): number[] {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
  return children
    .filter(pid => pid !== '' && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'perl\n')
    .map(Number);
}

/** Each line is there once and in its place, or in what is told to be cut out; nothing is left that says otherwise. */
async function expectExact(): Promise<void> {
  const directory = onlyJobDirectory(sandbox);
  await until(() => isClosed(directory));
  let line = 0;
  let cuts = 0;
  for (const {kind, data} of await sandbox.records('job')) {
    const cut = data as {event?: string; bytes: number};
    if (kind === 'stdout') {
      if (data !== String(FIRST + line))
        expect(`${line}: ${JSON.stringify(data)}`).toBe(String(FIRST + line));
      line += 1;
    } else if (cut.event === 'truncated') {
      line += cut.bytes / LINE_BYTES;
      cuts += 1;
    } else expect(cut.event).not.toMatch(/lost|restored/);
  }
  expect(line).toBe(LINES);
  expect(cuts).toBeGreaterThan(0);
  expect(readdirSync(directory).filter(name => name.startsWith(MARK))).toEqual([]);
  const bytes = readdirSync(directory).map(name => statSync(join(directory, name)).size);
  expect(bytes.reduce((sum, each) => sum + each)).toBeLessThan(1_300_000);
}
