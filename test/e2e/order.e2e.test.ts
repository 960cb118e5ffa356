/** In which order the lines of both streams are recorded: each job prints its lines numbered, to the streams of a list. */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {submit} from '../../src/jobs/public.ts';
import {makeGate} from '../support/gate.ts';
import {isInstalled} from '../support/programs.ts';
import {reading} from '../support/reading.ts';
import {type JobRecord, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const LINES = 300;
const ALTERNATELY = Array.from({length: LINES}, (_, at) => 'oe'[at % 2] ?? 'o');

/** Runs of one to seven lines, always the same. */
const IN_RUNS = Array.from({length: LINES}, (_, at) => at).flatMap(run =>
  Array.from({length: 1 + ((run * 5) % 7)}, () => 'oe'[run % 2] ?? 'o'),
);

/** Programs that print the numbers of the words of a file, to stdout for `o`; with a rest in seconds after each. */
const PRINTERS = {
  sh: (file: string, rest: number) => [
    'sh',
    '-c',
    `i=0; for s in $(cat '${file}'); do i=$((i + 1)); if [ $s = o ]; then echo $i; else echo $i >&2; fi; ${rest > 0 ? `sleep ${rest}` : ''}
done`,
  ],
  python: (file: string, rest: number) => [
    'python3',
    '-u',
    '-c',
    `import sys, time
for i, s in enumerate(open('${file}').read().split()):
  print(i + 1, file=sys.stdout if s == 'o' else sys.stderr)
  if ${rest} > 0: time.sleep(${rest})`,
  ],
  node: (file: string, rest: number) => [
    process.execPath,
    '-e',
    `const wait = new Int32Array(new SharedArrayBuffer(4));
require('fs').readFileSync('${file}', 'utf8').split(' ').forEach((s, i) => {
  (s === 'o' ? console.log : console.error)(i + 1);
  if (${rest} > 0) Atomics.wait(wait, 0, 0, ${rest} * 1000);
});`,
  ],
} as const;

const LANGUAGES = Object.keys(PRINTERS) as (keyof typeof PRINTERS)[];

async function printed(
  language: keyof typeof PRINTERS,
  streams: readonly string[],
  rest = 0,
): Promise<readonly JobRecord[]> {
  const file = join(sandbox.root, 'streams');
  writeFileSync(file, streams.join(' '));
  await sandbox.ok(['run', '--wait', '--quiet', '--name', 'job', '--', ...PRINTERS[language](file, rest)]);
  return outputOf(await sandbox.records('job'));
}

function outputOf(records: readonly JobRecord[]): readonly JobRecord[] {
  return records.filter(({kind}) => kind !== 'status');
}

function numbers(records: readonly JobRecord[]): number[] {
  return records.map(({data}) => Number(data));
}

const COUNTED = Array.from({length: LINES}, (_, at) => at + 1);

describe.each(LANGUAGES.filter(language => language !== 'python' || isInstalled('python3')))(
  'lines that %s prints to both streams',
  language => {
    it('are recorded as they were written where no two of a stream follow each other, at full speed', async () => {
      const records = await printed(language, ALTERNATELY);
      expect(numbers(records)).toEqual(COUNTED);
      expect(records.filter(({order}) => order !== undefined)).toEqual([]);
    });

    it('are recorded as they were written when they come slowly, too', async () => {
      const records = await printed(language, ALTERNATELY.slice(0, 60), 0.004);
      expect(numbers(records)).toEqual(COUNTED.slice(0, 60));
    });

    it('are all recorded, each stream in its order, in runs at full speed', async () => {
      const records = await printed(language, IN_RUNS);
      const wrongly = records.filter(
        ({kind, data}) => (IN_RUNS[Number(data) - 1] === 'o') !== (kind === 'stdout'),
      );
      expect(wrongly).toEqual([]);
      expect(records).toHaveLength(IN_RUNS.length);
      for (const kind of ['stdout', 'stderr']) {
        const own = numbers(records.filter(each => each.kind === kind));
        expect(own).toEqual(own.toSorted((a, b) => a - b));
      }
    });
  },
);

describe('the order of both streams', () => {
  it('is kept in many short jobs at once', async () => {
    const text = 'for i in 1 3 5; do echo $i; echo $((i + 1)) >&2; done';
    const cwd = sandbox.work;
    const jobs = await Promise.all(
      Array.from({length: 60}, (_, at) =>
        submit({command: text, name: `job-${at}`, cwd, state: sandbox.state}),
      ),
    );
    await Promise.all(jobs.map(job => job.wait()));
    const wrong = jobs.filter(({log}) => {
      const records = readFileSync(log, 'utf8')
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line) as JobRecord);
      return numbers(outputOf(records)).join(' ') !== '1 2 3 4 5 6';
    });
    expect(wrong.map(({log}) => readFileSync(log, 'utf8'))).toEqual([]);
  });

  it('is not known of what was written without a coordinator; that is told once, where both are shown', async () => {
    const [first, second] = [makeGate(sandbox, 'first'), makeGate(sandbox, 'second')];
    const lines = (from: number) => `for i in ${from} ${from + 2}; do echo $i; echo $((i + 1)) >&2; done`;
    await sandbox.submit([
      '--name',
      'job',
      '-c',
      `${lines(1)}; ${first.pass}; ${lines(5)}; touch done; ${second.pass}; ${lines(9)}`,
    ]);
    await until(async () => outputOf(await sandbox.records('job')).length === 4);
    await sandbox.killCoordinator();
    await first.open();
    await until(() => isThere(join(sandbox.work, 'done')));
    const followed = reading(sandbox.start(['logs', '-f', 'job']));
    await until(async () => outputOf(await sandbox.records('job')).length === 8);
    await second.open();
    expect(await followed.ended).toBe(0);
    const records = outputOf(await sandbox.records('job'));
    expect(records.map(({late, order}) => `${late ?? false} ${order ?? 'known'}`)).toEqual([
      ...Array(4).fill('false known'),
      ...Array(4).fill('true unknown'),
      ...Array(4).fill('false known'),
    ]);
    expect(numbers(records.slice(0, 4))).toEqual([1, 2, 3, 4]);
    expect(numbers(records.slice(8))).toEqual([9, 10, 11, 12]);
    const both = await sandbox.stint(['logs', 'job']);
    expect(both.stderr).toBe(
      'stint: the order of stdout and stderr is not known for a part of this: it was written while nobody listened\n',
    );
    expect((await sandbox.stint(['logs', 'job', '--stdout'])).stderr).toBe('');
    expect((await sandbox.stint(['logs', 'job', '--json'])).stderr).toBe('');
  });

  it('is that of the writing with --merge, whatever is written, and there is no stderr then', async () => {
    const file = join(sandbox.root, 'streams');
    writeFileSync(file, IN_RUNS.join(' '));
    const command = PRINTERS.sh(file, 0);
    await sandbox.ok(['run', '--wait', '--quiet', '--merge', '--name', 'job', '--', ...command]);
    const records = outputOf(await sandbox.records('job'));
    expect(numbers(records)).toEqual(IN_RUNS.map((_, at) => at + 1));
    expect(new Set(records.map(({kind}) => kind))).toEqual(new Set(['stdout']));
    expect(await sandbox.list()).toMatchObject([{name: 'job', merged: true}]);
    expect(await sandbox.ok(['status', 'job'])).toContain('its stderr is in its stdout (--merge)');
    const refused = await sandbox.stint(['logs', 'job', '--stderr']);
    expect(refused).toMatchObject({code: 2, stdout: ''});
    expect(refused.stderr).toContain('job has no stderr of its own: it was run with --merge');
    expect(await sandbox.ok(['logs', 'job', '--stdout', '-n', '1'])).toBe(`${IN_RUNS.length}\n`);
  });

  it('is that of the writing for a job that a program submits with one stream', async () => {
    const job = await submit({
      command: 'echo 1; echo 2; echo 3 >&2; echo 4 >&2; echo 5; nowhere',
      cwd: sandbox.work,
      state: sandbox.state,
      merged: true,
    });
    expect(await job.wait()).toMatchObject({exit_code: 127});
    const records = outputOf(await sandbox.records(job.address));
    expect(records.slice(0, 5).map(({data}) => data)).toEqual(['1', '2', '3', '4', '5']);
    expect(records[5]).toMatchObject({kind: 'stdout', data: expect.stringContaining('not found')});
  });
});

function isThere(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
