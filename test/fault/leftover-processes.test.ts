import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {bytesOf, eventsOf, isClosed, onlyJobDirectory, recordsIn} from '../support/library-jobs.ts';
import {isInstalled} from '../support/programs.ts';
import {isRunning, PROGRAMS, Sandbox, until} from '../support/sandbox.ts';

/** A daemon that a job leaves behind, and how a test tells it what to do. */
let sandbox: Sandbox;
let signals: string;
beforeEach(() => {
  sandbox = new Sandbox();
  signals = join(sandbox.root, 'signals');
  mkdirSync(signals);
});
afterEach(() => sandbox.dispose());

const LANGUAGES = [
  {language: 'sh', program: 'sh', suffix: 'sh'},
  {language: 'Node', program: 'node', suffix: 'mjs'},
  {language: 'Python', program: 'python3', suffix: 'py'},
];

for (const {language, program, suffix} of LANGUAGES) {
  const describeInstalled = describe.skipIf(!isInstalled(program));

  describeInstalled(`a process that a ${language} program leaves behind in a session of its own`, () => {
    const submitAndWait = () => {
      const command = [program, join(PROGRAMS, `leftover.${suffix}`), signals, '3'];
      return sandbox.stint(['run', '--wait', '--name', 'job', '--linger', '60s', '--', ...command]);
    };

    it('does not keep its job from being finished, is recorded, and the log is closed when it ends', async () => {
      const {code} = await submitAndWait();
      expect(code).toBe(3);
      const directory = onlyJobDirectory(sandbox);
      expect(eventsOf(recordsIn(directory)).map(({event}) => event)).toEqual(['started', 'finished']);
      expect((await sandbox.list())[0]).toMatchObject({status: 'failed', exit_code: 3});
      tell('go');
      await until(() => bytesOf(recordsIn(directory), 'stderr').length > 0);
      expect(isClosed(directory)).toBe(false);
      tell('end');
      await until(() => isClosed(directory));
      const records = recordsIn(directory);
      expect(bytesOf(records, 'stdout').toString()).toBe('done\nlate\n');
      expect(bytesOf(records, 'stderr').toString()).toBe('late\n');
      expect(eventsOf(records).at(-1)).toEqual({event: 'closed'});
    });

    it('is recorded also by the next coordinator', async () => {
      await submitAndWait();
      const directory = onlyJobDirectory(sandbox);
      await sandbox.killCoordinator();
      tell('go');
      await sandbox.ok(['ls']);
      await until(() => bytesOf(recordsIn(directory), 'stderr').length > 0);
      await sandbox.killCoordinator();
      tell('end');
      await sandbox.ok(['ls']);
      await until(() => isClosed(directory));
      const records = recordsIn(directory);
      expect(bytesOf(records, 'stdout').toString()).toBe('done\nlate\n');
      expect(bytesOf(records, 'stderr').toString()).toBe('late\n');
      expect(eventsOf(records).map(({event}) => event)).toEqual(['started', 'finished', 'closed']);
      expect(records.map(({seq}) => seq)).toEqual(records.map((_, at) => at));
    });
  });
}

describe('a process that is left behind and never ends', () => {
  it('keeps neither followers nor the coordinator waiting for longer than the linger time', async () => {
    const env = {STINT_IDLE_EXIT_SECS: '0.1'};
    const command = ['sh', join(PROGRAMS, 'leftover.sh'), signals, '0'];
    const submitted = performance.now();
    const address = await sandbox.submit(['--name', 'job', '--linger', '700ms', '--', ...command], {env});
    const coordinator = await sandbox.coordinatorPid();
    const {code, stdout} = await sandbox.stint(['logs', '-f', address], {env});
    expect({code, stdout}).toEqual({code: 0, stdout: 'done\n'});
    expect(performance.now() - submitted).toBeGreaterThan(690);
    const events = eventsOf(recordsIn(onlyJobDirectory(sandbox)));
    expect(events.at(-1)).toEqual({event: 'closed', left_open: true});
    await until(() => !isRunning(coordinator ?? 0));
    expect((await sandbox.list())[0]).toMatchObject({status: 'completed', exit_code: 0});
    expect(await sandbox.coordinatorPid()).toBeUndefined();
  });
});

function tell(signal: 'go' | 'end'): void {
  writeFileSync(join(signals, signal), '');
}
