import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {readLines} from '../../src/journal/index.ts';
import {
  bytesOf,
  clientOf,
  directoryOf,
  eventsOf,
  isClosed,
  keyOf,
  onlyJobDirectory,
  recordsIn,
  submissionOf,
} from '../support/library-jobs.ts';
import {Sandbox, until} from '../support/sandbox.ts';

const MOST_MEMORY_KIB = 150 * 1024;

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

describe('the log of a job', () => {
  it('holds 200 MB as they were printed, and the coordinator stays small', async () => {
    const program = 'seq -f "%079.0f" 0 2499999';
    expect(
      (await sandbox.stint(['run', '--wait', '--max-log-size', '0', '--name', 'big', '-c', program])).code,
    ).toBe(0);
    expect(await peakMemoryKib()).toBeLessThan(MOST_MEMORY_KIB);
    const directory = onlyJobDirectory(sandbox);
    await until(() => isClosed(directory));
    expect(countNumbered(join(directory, 'output.jsonl'))).toEqual({output: 2_500_000, wrong: []});
  });

  it.each([
    ['one line of 5 MB', 'head -c 5000000 /dev/zero | tr "\\0" x; echo; echo short'],
    ['bytes that are no text', 'cat noise; echo; head -c 70000 noise >&2'],
    ['a last line without newline', 'printf "a\\nb"; printf c >&2'],
    ['nothing but newlines', 'yes "" | head -n 70000'],
    ['a lone carriage return and a NUL', 'printf "50%%\\r100%%\\n\\0\\n"'],
  ])('holds %s', async (_what, program) => {
    spawnSync('sh', ['-c', 'head -c 300000 /dev/urandom > noise'], {cwd: sandbox.work});
    expect((await sandbox.stint(['run', '--wait', '--name', 'job', '-c', program])).code).toBe(0);
    const directory = onlyJobDirectory(sandbox);
    await until(() => isClosed(directory));
    const records = recordsIn(directory);
    const direct = spawnSync('sh', ['-c', program], {cwd: sandbox.work, maxBuffer: 2 ** 25});
    expect(bytesOf(records, 'stdout').equals(withoutCr(direct.stdout))).toBe(true);
    expect(bytesOf(records, 'stderr').equals(withoutCr(direct.stderr))).toBe(true);
    expect(records.map(({seq}) => seq)).toEqual(records.map((_, at) => at));
    expect(Math.max(...records.slice(0, 1000).map(({data}) => String(data).length))).toBeLessThan(88_000);
  });

  it('is complete for programs that end within a millisecond', async () => {
    const client = clientOf(sandbox);
    const submissions = Array.from({length: 20}, (_, code) =>
      submissionOf(sandbox, {name: `job-${code}`, command: ['/bin/sh', '-c', `exit ${code}`]}),
    );
    await Promise.all(submissions.map(submission => client.submit(submission)));
    const outcomes = await Promise.all(submissions.map(submission => client.wait(keyOf(submission))));
    expect(outcomes.map(({exit_code}) => exit_code)).toEqual(submissions.map((_, code) => code));
    client.close();
    for (const submission of submissions) {
      await until(() => isClosed(directoryOf(sandbox, submission)));
      const records = recordsIn(directoryOf(sandbox, submission));
      expect(records.map(({seq}) => seq)).toEqual([0, 1, 2]);
      expect(eventsOf(records).map(({event}) => event)).toEqual(['started', 'finished', 'closed']);
    }
  });

  it('holds what a program writes to stderr after it closed its stdout', async () => {
    const program = 'echo first; exec 1>&-; sleep 0.2; echo second >&2; exit 4';
    expect((await sandbox.stint(['run', '--wait', '--name', 'job', '-c', program])).code).toBe(4);
    const records = recordsIn(onlyJobDirectory(sandbox));
    expect(bytesOf(records, 'stdout').toString()).toBe('first\n');
    expect(bytesOf(records, 'stderr').toString()).toBe('second\n');
  });

  /** The most that the coordinator ever had resident. */
  async function peakMemoryKib(): Promise<number> {
    const status = readFileSync(`/proc/${await sandbox.coordinatorPid()}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]);
  }
});

/** Compares every record of a log that holds the padded numbers from 0 on. */
function countNumbered(journal: string): {output: number; wrong: string[]} {
  let output = 0;
  const wrong: string[] = [];
  for (const lines of readLines(journal)) {
    for (const line of lines) {
      if (line.includes('"kind":"status"')) continue;
      // `started` has the number 0
      if (
        !line.startsWith(`{"seq":${output + 1},`) ||
        !line.includes(`"data":"${String(output).padStart(79, '0')}"`)
      )
        wrong.push(line);
      output += 1;
    }
  }
  return {output, wrong: wrong.slice(0, 3)};
}

/** A record holds a line without its `\r\n`. */
function withoutCr(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}
