/** Logs that are kept below a size: what a user sees of them, while their jobs run and afterwards. */
import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {expectParts, printing} from '../support/capped-log.ts';
import {makeGate} from '../support/gate.ts';
import {onlyJobDirectory} from '../support/library-jobs.ts';
import {type JobRecord, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const CAPPED = ['--max-log-size', '500KB', '--name', 'job'];

describe('a job that prints more than --max-log-size', () => {
  it('has the beginning and the end of its output in its log, and says what is gone', async () => {
    const ended = await sandbox.stint(['run', ...CAPPED, '--wait', '-c', printing(20)]);
    expect(ended.code).toBe(0);
    const {stdout, stderr} = await sandbox.stint(['logs', 'job']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, 2)).toEqual(['000000000', '000000001']);
    expect(lines.at(-1)).toBe('000099999');
    const cuts = expectParts(await sandbox.records('job'), 20);
    expect(cuts.length).toBeGreaterThan(0);
    const total = cuts.reduce((sum, {bytes}) => sum + bytes, 0);
    expect(total).toBe(1_000_000 - lines.length * 10);
    expect(stderr).toMatch(/from the middle of its output were cut out of its log \(max_log_size\)/);
    const [job] = await sandbox.list();
    expect(job).toMatchObject({cut_bytes: total});
    expect(job?.size_bytes).toBeLessThan(600_000);
    expect(await sandbox.ok(['status', 'job'])).toMatch(/were cut out of its log/);
    expect((await sandbox.ok(['logs', 'job', '--tail', '3'])).trimEnd().split('\n')).toEqual([
      '000099997',
      '000099998',
      '000099999',
    ]);
  });

  it('is followed to its end while that is done, each line that a follower gets once and in order', async () => {
    const gate = makeGate(sandbox);
    await sandbox.submit([...CAPPED, '-c', `${printing(20)}; ${gate.pass}; echo last`]);
    const follower = sandbox.start(['logs', '-f', 'job']);
    let seen = '';
    follower.stdout?.on('data', (text: Buffer) => {
      seen += text.toString();
    });
    await until(() => seen.endsWith('000099999\n'));
    await gate.open();
    await until(() => follower.exitCode !== null);
    const lines = seen.trimEnd().split('\n');
    expect(lines.at(-1)).toBe('last');
    const numbers = lines.slice(0, -1).map(Number);
    expect(numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0))).toBe(true);
    const seenLines = new Set(lines);
    const kept = (await sandbox.ok(['logs', 'job'])).trimEnd().split('\n');
    expect(kept.length).toBeGreaterThan(5000);
    expect(kept.filter(line => !seenLines.has(line))).toEqual([]); // and what was cut out before it was read is gone for all
  });

  it('gives who comes late what is there, and who stopped reading what is there then', async () => {
    const gate = makeGate(sandbox);
    await sandbox.submit([...CAPPED, '-c', `${printing(3)}; ${gate.pass}; ${printing(27, 3)}`]);
    await until(async () => (await sandbox.records('job')).some(({data}) => data === '000014999'));
    const slow = sandbox.start(['logs', '-f', '--json', 'job']);
    slow.stdout?.pause();
    await gate.open();
    await sandbox.ok(['wait', 'job']);
    expectParts(await sandbox.records('job'), 30);
    let text = '';
    slow.stdout?.on('data', (part: Buffer) => {
      text += part.toString();
    });
    slow.stdout?.resume();
    await until(() => slow.exitCode !== null);
    const records = text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as JobRecord);
    const numbers = records.map(({seq}) => seq);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(records.filter(({kind}) => kind === 'stdout').at(-1)?.data).toBe('000149999');
  });

  it('goes by the variable and the configuration where no flag is given, and 0 is never', async () => {
    const env = {STINT_MAX_LOG_SIZE: '100KB'};
    await sandbox.ok(['run', '--name', 'a', '--wait', '-c', printing(4)], {env});
    await sandbox.ok(['run', '--name', 'b', '--max-log-size', '0', '--wait', '-c', printing(4)], {env});
    const bytes = (name: string) => {
      const directory = onlyJobDirectory(sandbox, name);
      return readdirSync(directory).reduce((sum, each) => sum + statSync(join(directory, each)).size, 0);
    };
    expect(bytes('a')).toBeLessThan(150_000);
    expect(bytes('b')).toBeGreaterThan(1_000_000);
  });
});

it.each(['-1', '1 apple', '999999TB', ''])('refuses %j as a size in one sentence', async size => {
  const {code, stderr} = await sandbox.stint(['run', '--max-log-size', size, 'true']);
  expect(code).toBe(2);
  expect(stderr.split('\n')[0]).toMatch(/^stint: --max-log-size is .*\.$/);
});
