/** Somebody removes, moves, empties or replaces the log of a running job: what is there at the end, and what followers saw. */
import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {makeGate} from '../support/gate.ts';
import {bringUp} from '../support/killer.ts';
import {bytesOf, eventsOf, isClosed, onlyJobDirectory, recordsIn} from '../support/library-jobs.ts';
import {reading} from '../support/reading.ts';
import {PROGRAMS, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const LINES = 200;
const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  removed: path => rmSync(path),
  moved: path => renameSync(path, `${path}.moved`),
  emptied: path => truncateSync(path, 0),
  cut: path => truncateSync(path, 700),
  replaced: path => {
    writeFileSync(`${path}.new`, readFileSync(path, 'utf8').replace('out 3', 'OUT 3'), {mode: 0o600});
    renameSync(`${path}.new`, path);
  },
  'written to': path => appendFileSync(path, '{"seq":'),
};
const HOW = Object.keys(DAMAGES);

/** Prints half of its lines on both streams, waits at a gate, prints the rest, and exits with 6. */
async function halfway(): Promise<{journal: string; goOn: () => Promise<void>}> {
  const gate = makeGate(sandbox);
  const program = `sh '${join(PROGRAMS, 'numbered-lines.sh')}'`;
  await sandbox.submit(['--name', 'job', '-c', `${program} ${LINES} 0 0; ${gate.pass}; echo last; exit 6`]);
  const directory = onlyJobDirectory(sandbox);
  await until(() => recordsIn(directory).filter(({kind}) => kind !== 'status').length === 2 * LINES);
  return {journal: join(directory, 'output.jsonl'), goOn: () => gate.open()};
}

function expectWhole(): void {
  const records = recordsIn(onlyJobDirectory(sandbox));
  expect(records.map(({seq}) => seq)).toEqual(records.map((_, at) => at));
  const numbered = (word: string) => Array.from({length: LINES}, (_, at) => `${word} ${at}\n`).join('');
  expect(bytesOf(records, 'stdout').toString()).toBe(`${numbered('out')}last\n`);
  expect(bytesOf(records, 'stderr').toString()).toBe(numbered('err'));
  const events = eventsOf(records).map(({event}) => event);
  const lasting = events.filter(event => event !== 'adopted' && event !== 'restored' && event !== 'lost');
  expect(lasting).toEqual(['started', 'finished', 'closed']);
}

describe('the log of a running job that was', () => {
  it.each(HOW)('%s is whole at the end, and who follows it sees every line once', async how => {
    const {journal, goOn} = await halfway();
    const text = reading(sandbox.start(['logs', '-f', 'job']));
    const late = reading(sandbox.start(['logs', '-f', 'job', '--json', '--since-seq', '150']));
    await until(() => text.text.split('\n').length > 2 * LINES && late.text.includes(`"seq":${2 * LINES}`));
    DAMAGES[how]?.(journal);
    await goOn();
    const {code, stderr} = await sandbox.stint(['wait', 'job']);
    const nothingLost =
      /^stint: job failed with exit code 6\n((err|out) \d+\n|last\n){20}stint: the rest: .*\n$/;
    expect({code, stderr}).toEqual({code: 6, stderr: expect.stringMatching(nothingLost)});
    expect(await Promise.all([text.ended, late.ended])).toEqual([0, 0]);
    expectWhole();
    expect(eventsOf(recordsIn(onlyJobDirectory(sandbox))).map(({event}) => event)).toContain('restored');
    expect(text.text).toBe(await sandbox.ok(['logs', 'job']));
    const output = (lines: string) => lines.split('\n').filter(line => !line.includes('"kind":"status"'));
    const plain = (lines: string) =>
      output(lines).map(line => line.replace(/,"ts":\d+|,"late":true|,"spool":\[[\d,]+\]/g, ''));
    expect(plain(late.text)).toEqual(
      plain(await sandbox.ok(['logs', 'job', '--json', '--since-seq', '150'])),
    );
    if (how !== 'written to') expect(text.stderr).toContain('its log was recorded again');
  });

  it.each(['removed', 'emptied', 'replaced'])(
    '%s while no coordinator runs is whole at the end, with the time of its start',
    async how => {
      const {journal, goOn} = await halfway();
      const [started] = recordsIn(onlyJobDirectory(sandbox));
      await sandbox.killCoordinator();
      if (how === 'replaced') writeFileSync(journal, '{"my":"file"}\n');
      else DAMAGES[how]?.(journal);
      await bringUp(sandbox);
      await goOn();
      expect((await sandbox.stint(['wait', 'job'])).code).toBe(6);
      await until(() => isClosed(onlyJobDirectory(sandbox)));
      expectWhole();
      const [again] = recordsIn(onlyJobDirectory(sandbox));
      // The wrapper noted the uptime itself, some moments away from the coordinator.
      const {uptime_ms, ...data} = {uptime_ms: 0, ...(started?.data as object)};
      expect(again).toMatchObject({ts: started?.ts, data});
      const {uptime_ms: restored} = {uptime_ms: 0, ...(again?.data as object)};
      expect(Math.abs(restored - uptime_ms)).toBeLessThan(5000);
    },
  );

  it('removed is whole at the end also when the coordinator is killed while it restores', async () => {
    const {journal, goOn} = await halfway();
    for (let kills = 0; kills < 2; kills++) {
      await bringUp(sandbox);
      rmSync(journal);
      await until(() => existsSync(journal));
      await sandbox.killCoordinator();
    }
    await goOn();
    expect((await sandbox.stint(['wait', 'job'])).code).toBe(6);
    await until(() => isClosed(onlyJobDirectory(sandbox)));
    expectWhole();
  });

  it('to be cancelled stays so when its log is removed in the presence of no coordinator', async () => {
    const text = "trap 'echo caught' TERM; echo up; while :; do sleep 0.05; done";
    await sandbox.submit(['--name', 'job', '-c', text]);
    const directory = onlyJobDirectory(sandbox);
    await until(() => bytesOf(recordsIn(directory), 'stdout').includes('up'));
    await sandbox.ok(['cancel', 'job', '--detach', '--grace', '1s']);
    await until(() => eventsOf(recordsIn(directory)).some(({event}) => event === 'signaled'));
    await sandbox.killCoordinator();
    rmSync(join(directory, 'output.jsonl'));
    const {code} = await sandbox.stint(['cancel', 'job', '--grace', '200ms']);
    expect(code).toBe(0);
    expect(await sandbox.list()).toMatchObject([{status: 'cancelled'}]);
  });
});

describe('the log of a job that has ended', () => {
  it('is said to be gone, or not whole, by logs and by doctor; how the job ended is still known', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'job', '--', 'seq', '1', '100']);
    const journal = join(onlyJobDirectory(sandbox), 'output.jsonl');
    await until(() => isClosed(onlyJobDirectory(sandbox)));
    truncateSync(journal, 700);
    expect(await sandbox.stint(['logs', 'job'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not whole'),
    });
    expect(await sandbox.ok(['doctor'])).toContain('logs that are not whole');
    rmSync(journal);
    for (const follow of [[], ['-f']])
      expect(await sandbox.stint(['logs', 'job', ...follow])).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('its log is gone'),
      });
    expect(await sandbox.ok(['doctor'])).toContain('logs that are gone');
    await sandbox.ok(['doctor', '--repair']);
    expect(await sandbox.list()).toMatchObject([{status: 'completed', exit_code: 0}]);
  });

  it('cut and then repaired keeps how it ended', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'job', '--', 'seq', '1', '100']);
    await until(() => isClosed(onlyJobDirectory(sandbox)));
    truncateSync(join(onlyJobDirectory(sandbox), 'output.jsonl'), 700);
    await sandbox.ok(['doctor', '--repair']);
    expect(await sandbox.list()).toMatchObject([{status: 'completed', exit_code: 0}]);
  });
});

describe('output that was taken away before it was recorded', () => {
  it.each(['emptied', 'removed'])(
    '(its file was %s) is told by wait, logs, doctor and in the log',
    async how => {
      const {goOn} = await halfway();
      const out = join(onlyJobDirectory(sandbox), 'out');
      if (how === 'removed') await sandbox.killCoordinator();
      if (how === 'removed') rmSync(out);
      else truncateSync(out, 0);
      if (how === 'removed') await bringUp(sandbox);
      await until(() => eventsOf(recordsIn(onlyJobDirectory(sandbox))).some(({event}) => event === 'lost'));
      await goOn();
      const told = 'some of its stdout may be lost';
      expect(await sandbox.stint(['wait', 'job'])).toMatchObject({
        code: 6,
        stderr: expect.stringContaining(told),
      });
      expect(await sandbox.stint(['logs', 'job'])).toMatchObject({
        code: 0,
        stderr: expect.stringContaining(told),
      });
      expect(await sandbox.ok(['doctor'])).toContain('jobs of which output is lost');
      const stdout = bytesOf(recordsIn(onlyJobDirectory(sandbox)), 'stdout').toString();
      expect(stdout.endsWith('last\n')).toBe(how === 'emptied');
    },
  );
});
