/** The state of a job with a long log: what is told of it when files of the log are gone, and after a kill at any point. */
import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {makeGate} from '../support/gate.ts';
import {type KillPoint, startDoomed} from '../support/kill-point.ts';
import {eventsOf, isClosed, onlyJobDirectory, recordsIn} from '../support/library-jobs.ts';
import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const LINES = 40_000;
const PRINT = `i=0; while [ $i -lt 40 ]; do seq -f 'a line of output, and its number %.0f' 1 ${LINES / 40}; i=$((i+1)); done`;

/** Its log is longer than what is read to know its state, and it waits; `goOn` lets it exit with 6. */
async function longJob(): Promise<{directory: string; goOn: () => Promise<void>}> {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'job', '-c', `${PRINT}; ${gate.pass}; echo last; exit 6`]);
  const directory = onlyJobDirectory(sandbox);
  await until(
    () => existsSync(join(directory, 'status.jsonl')) && recordsIn(directory).length > LINES,
    30_000,
  );
  return {directory, goOn: () => gate.open()};
}

/** Makes three files of a journal that nobody writes, as if each had been full. */
function split(directory: string): string[] {
  const paths = ['output.jsonl', 'output-000001.jsonl', 'output-000002.jsonl'].map(name =>
    join(directory, name),
  );
  const lines = readFileSync(paths[0] ?? '', 'utf8')
    .split('\n')
    .slice(0, -1);
  const third = Math.ceil(lines.length / 3);
  for (const [at, path] of paths.entries()) {
    const part = lines.slice(at * third, (at + 1) * third);
    writeFileSync(path, part.map(line => `${line}\n`).join(''), {mode: 0o600});
  }
  return paths;
}

function removeDatabase(): void {
  const repos = join(sandbox.state, 'repos');
  for (const repo of readdirSync(repos))
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(repos, repo, `coordinator.db${suffix}`), {force: true});
}

const GONE = [
  ['the first file', [0]],
  ['the middle file', [1]],
  ['all files but the last', [0, 1]],
] as const;

describe.each(GONE)('with %s of its log gone', (_, gone) => {
  it.each(['with its row', 'without it'])('a job that lives is running, and taken over, %s', async how => {
    const {directory, goOn} = await longJob();
    const [{started_at} = {started_at: ''}] = await sandbox.list();
    await sandbox.killCoordinator();
    const paths = split(directory);
    for (const at of gone) rmSync(paths[at] ?? '');
    if (how === 'without it') {
      removeDatabase();
      await sandbox.ok(['doctor', '--repair']);
    }
    expect(await sandbox.list()).toMatchObject([{status: 'running', started_at}]);
    await goOn();
    expect((await sandbox.stint(['wait', 'job'])).code).toBe(6);
    await until(() => isClosed(directory));
    expectOnce();
    expect(await sandbox.list()).toMatchObject([{status: 'failed', exit_code: 6, started_at}]);
  });

  it('of one that has ended without a row is told how it ended', async () => {
    const {directory, goOn} = await longJob();
    await goOn();
    await sandbox.stint(['wait', 'job']);
    await until(() => isClosed(directory));
    const [{started_at, finished_at} = {started_at: '', finished_at: ''}] = await sandbox.list();
    await sandbox.killCoordinator();
    const paths = split(directory);
    for (const at of gone) rmSync(paths[at] ?? '');
    removeDatabase();
    await sandbox.ok(['doctor', '--repair']);
    expect(await sandbox.list()).toMatchObject([{status: 'failed', exit_code: 6, started_at, finished_at}]);
    expect((await sandbox.stint(['wait', 'job'])).code).toBe(6);
  });
});

const COPY = {movedTo: '/status.jsonl'} as const;
const POINTS: Readonly<Record<string, KillPoint>> = {
  'before the copy of the status records is in place': {when: 'before', what: COPY},
  'when that is in place': {when: 'after', what: COPY},
  ...Object.assign(
    {},
    ...['finished', 'closed'].map(event => {
      const holding = `"event":"${event}"`;
      return {
        [`before ${event} is in the copy`]: {when: 'before', what: COPY, holding},
        [`when ${event} is in the copy`]: {when: 'after', what: COPY, holding},
        [`before ${event} is in the journal`]: {when: 'before', what: {written: holding}},
        [`when ${event} is in the journal`]: {when: 'after', what: {written: holding}},
      };
    }),
  ),
};

describe('a coordinator with a job of a long log', () => {
  it.each(Object.entries(POINTS))('that is killed %s leaves what the next one needs', async (_, point) => {
    const {killed} = await startDoomed(sandbox, point);
    await sandbox.submit(['--name', 'job', '-c', `${PRINT}; exit 6`]);
    await killed;
    expect((await sandbox.stint(['wait', 'job'])).code).toBe(6);
    const directory = onlyJobDirectory(sandbox);
    await until(() => isClosed(directory) && !readdirSync(directory).includes('out'));
    expectOnce();
    const texts = readFileSync(join(directory, 'output.jsonl'), 'utf8').split('\n');
    expect(readFileSync(join(directory, 'status.jsonl'), 'utf8').split('\n').slice(0, -1)).toEqual(
      texts.filter(text => text.includes(',"kind":"status",')),
    );
    expect(readdirSync(directory).sort()).toEqual(['output.jsonl', 'spec.json', 'status.jsonl']);
  });
});

/** Every number once, every line, and each event that there is one of. */
function expectOnce(): void {
  const records = recordsIn(onlyJobDirectory(sandbox));
  expect(records.map(({seq}) => seq)).toEqual(records.map((_, at) => at));
  expect(records.filter(({kind}) => kind === 'stdout').length).toBeGreaterThanOrEqual(LINES);
  const events = eventsOf(records).map(({event}) => event);
  const once = events.filter(event => event !== 'adopted' && event !== 'restored');
  expect(once).toEqual(['started', 'finished', 'closed']);
}
